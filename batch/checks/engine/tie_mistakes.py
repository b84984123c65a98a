"""Expressions of checks that can be read, and whose words are known, but that come to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from batch.config.expression import AGGREGATES, Call, Node, calls, is_condition, names, texts_compared
from batch.config.schema import Mistake, unknown
from batch.config.toml_text import Where
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import FormSpec, PackForms

#: the checks that look at one row of a list, or at one heading
ROWS, HEADINGS = "指标", ("一级指标", "二级指标")


def tie_mistakes(where: Where, node: Node, each: str, form: str, forms: PackForms) -> Iterator[Mistake]:
    """What is wrong with one of a check's expressions."""
    if where == ("when",) and not is_condition(node):
        yield Mistake(where, '这里要写条件，例如：合同金额 > 0，采购方式 == "询价"，已填(验收日期)')
    for name, text in texts_compared(node):
        spec, short = _owner(name, form, forms)
        choices = _choices(spec).get(short, ()) if spec else ()
        if choices and squeeze(text) not in map(squeeze, choices):
            yield Mistake(where, unknown(text, choices, f"“{name}”没有这个选项："))
    for call in calls(node):
        lists = _lists_of_sum(call, form, forms)
        if len(lists) > 1:
            said = f"{call.function}的栏和条件里的栏要在一个明细表里，现在{'、'.join(lists)}都有"
            yield Mistake(where, said)
    spec = forms.forms.get(form)
    if spec is not None and each in ("单位", "表", "列", "行"):
        for name in names(node, in_sums=False):
            if name in spec.list_with and not _stands_alone(name, spec):
                said = f'“{name}”是“{spec.list_with[name].name}”的栏：一行一行地查的，写 each = "指标"；'
                yield Mistake(where, f"{said}加总的，写 合计({name})")


def lists_looked_at(nodes: Sequence[Node], also: Sequence[str], each: str, spec: FormSpec) -> list[str]:
    """The lists whose rows or headings a check goes through: those of the columns it names.

    What it adds up over rows may stand in any list. `also`: what it names outside of expressions.
    """
    if each != ROWS and each not in HEADINGS:
        return []
    used = [name for node in nodes for name in names(node, in_sums=each != ROWS)]
    named = (name for name in (*used, *also) if name in spec.list_with)
    return list(dict.fromkeys(spec.list_with[name].name for name in named))


def _owner(name: str, form: str, forms: PackForms) -> tuple[FormSpec | None, str]:
    """The form of a name, and the name in it."""
    head, _, rest = name.partition(".")
    return (forms.forms[head], rest) if head in forms.forms else (forms.forms.get(form), name)


def _choices(spec: FormSpec) -> dict[str, tuple[str, ...]]:
    return {f.name: f.choices for f in (*spec.entries, *spec.list_columns) if f.choices}


def _stands_alone(name: str, spec: FormSpec) -> bool:
    """Whether a column of a list is also called like an entry, a row or a column of a grid."""
    fields = [*spec.entries, *(f for grid in spec.grids for f in (*grid.rows, *grid.columns))]
    return any(field.name == name for field in fields)


def _lists_of_sum(call: Call, form: str, forms: PackForms) -> list[str]:
    """The lists that a sum by a condition names columns of."""
    if call.function not in AGGREGATES or len(call.arguments) < 2:
        return []
    first, *others = names(call)
    spec, short = _owner(first, form, forms)
    known = spec.list_with if spec else {}
    return list(dict.fromkeys(known[name].name for name in (short, *others) if name in known))
