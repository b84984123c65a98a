"""The ties of a rulebook held against each other, on its own blank form."""

from __future__ import annotations

from batch.checks.engine.fields import Fields
from batch.forms.template.drawn_layout import lay_out
from batch.model.form import Submission
from batch.repair.proof import Proof, prove
from batch.repair.rows import compile_rows
from batch.unit.rules import Rules

_FILE = "附表模板.xlsx"


def proven(rules: Rules) -> str:
    """What is proven of the rulebook's ties, a line each with the file and line of each tie."""
    lines = [proof_line(rules, proof) for proof in proofs(rules)]
    head = f"规则包：{rules.book.title}，线性勾稽互相核对（容差不计）"
    return "\n".join([head, *(lines or ["没有互相矛盾、可由别的得出或不可能不成立的勾稽。"])]) + "\n"


def proofs(rules: Rules) -> list[Proof]:
    """What is proven of the rulebook's ties, on its own blank form."""
    drawn = (
        lay_out(spec, rules.forms, rules.book.year) for spec in rules.forms.forms.values() if spec.is_issued
    )
    blank = Submission("", "", (_FILE,), [layout.table for layout in drawn if layout.table])
    return prove(compile_rows(blank, rules.catalogue, rules.forms, Fields(blank, rules.forms)))


def proof_line(rules: Rules, proof: Proof) -> str:
    """What is proven of one tie, with its file and line."""
    others = "、".join(_place(rules, check) for check in proof.others if check != proof.check)
    about = f"（{others}）" if others else ""
    return f"{_place(rules, proof.check)}：{proof.proven.value}{about}，{proof.places}处"


def _place(rules: Rules, check: str) -> str:
    file, line = rules.book.checks[check].place(())
    return f"{check} {file} 第{line}行"
