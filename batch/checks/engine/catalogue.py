"""The catalogue: every check of the rulebook as an object, verified when the pack loads.

A check is a tie (an expression that must hold), a requirement (cells that must be filled on a condition), or
a function registered under its id. All have the same head: title, severity, status, message, fix, category,
basis.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from batch.checks.engine.check_keys import CheckKeys, check_rules, list_looked_at, texts
from batch.checks.engine.compared_cells import across_rules, asked_cells
from batch.checks.engine.marking import Marking, marking_of
from batch.checks.engine.plain_ties import PlainTies, plain_ties
from batch.checks.engine.reads import Reads
from batch.checks.engine.requested_cells import AskedCell, Key
from batch.config.entries import Entry, RuleMistakes, decoded, told_together
from batch.config.expression import SAME, Compare, ExpressionError, Node, parse_expression
from batch.config.rulebook import Rulebook
from batch.config.schema import Mistake, nearest, shape_keys
from batch.forms.spec.spec import PackForms
from batch.model.status import SWITCHED_OFF, Severity


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the catalogue."""

    id: str
    title: str
    severity: Severity
    status: str
    message: str
    fix: str
    category: str
    basis: str = ""
    #: why the check exists, for `jixiao explain`
    why: str = ""
    #: the form it looks at; "" for all, or for the submission as a whole
    form: str = ""
    #: forms that must be there; without them the check does not apply
    needs: tuple[str, ...] = ()
    #: once for the unit, each table, grid column, grid row, indicator, heading; 批次: for all units together
    each: str = "表"
    ties: tuple[Compare, ...] = ()
    when: Node | None = None
    when_text: str = ""
    require: tuple[str, ...] = ()
    tolerance: str = "TOL_0"
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    #: the list whose rows or headings it looks at one by one; "" for all of the form's
    of_list: str = ""
    #: whether the lists of its form have no headings: their rows are no indicators, their sums no 总分
    plain_rows: bool = False
    #: named indicators of the form instead of all
    indicator: tuple[str, ...] = ()
    #: the name whose cell is marked; "" for the first one of the tie
    at: str = ""
    #: names that count as 0 when blank
    zero: tuple[str, ...] = ()
    #: further expressions for the message
    say: dict[str, Node] = field(default_factory=dict)
    #: what stands under 计算值 and 差额 instead of the tie's right side, as text with slots
    computed: str = ""
    gap: str = ""
    thresholds: dict[str, Decimal] = field(default_factory=dict)
    #: further texts a function chooses from for its message
    texts: dict[str, str] = field(default_factory=dict)
    #: form, or a case the check's function tells apart → severity where it differs
    severity_in: dict[str, Severity] = field(default_factory=dict)
    #: of a tie across units: the cells it compares
    compared: tuple[AskedCell, ...] = ()
    #: the fields a function reads: it gets no others
    reads: Reads = field(default_factory=Reads)
    #: whether it may fall for words the form itself prints; see batch.checks.engine.printed
    printed: bool = False
    #: how the pack marks, for checks that work out a score
    marking: Marking = field(default_factory=Marking)
    #: whether figures of several forms are compared: 勾稽核对表 has both sides then
    is_between_forms: bool = field(init=False, repr=False, compare=False)
    #: whether a registered function does the work
    is_function: bool = field(init=False, repr=False, compare=False)
    #: whether it looks at several forms at once
    compares_forms: bool = field(init=False, repr=False, compare=False)
    #: all that its places depend on: checks that look at the same ones are told the same
    looks_at: tuple[object, ...] = field(init=False, repr=False, compare=False)
    #: the condition and the ties without words
    plain: PlainTies = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile what the check says."""
        object.__setattr__(self, "is_between_forms", len(self.needs) > 1)
        compares = self.is_between_forms or (self.each == "单位" and bool(self.ties))
        object.__setattr__(self, "compares_forms", compares)
        object.__setattr__(self, "is_function", not self.ties and not self.require)
        looks_at = self.form, self.each, self.columns, self.rows, self.indicator, self.of_list
        object.__setattr__(self, "looks_at", looks_at)
        plain = plain_ties(self.when, self.ties, self.tolerance, self.thresholds, self.zero)
        object.__setattr__(self, "plain", plain)

    def severity_for(self, place: str) -> Severity:
        """How much a finding of this check weighs on one form, or in one case."""
        return self.severity_in.get(place, self.severity)


def load_catalogue(
    book: Rulebook,
    forms: PackForms,
    functions: Collection[str],
    across: Mapping[str, Sequence[Key]],
    mistakes: RuleMistakes | None = None,
) -> dict[str, Check]:
    """All checks of a rulebook in the order of its files.

    `functions`: ids of the functions that look at one unit; `across`: of those that look at all units,
    with the cells they ask for. `mistakes`: the caller's collection; what is wrong is noted there and left
    out. Raises RulebookError, with file and line, for an unknown key, word, severity or function.
    """

    def rules(keys: CheckKeys) -> Iterator[Mistake]:
        yield from check_rules(keys, forms, functions, across)
        if keys.each == "批次" and keys.tie and keys.status != SWITCHED_OFF:
            yield from across_rules(keys, forms)

    catalogue: dict[str, Check] = {}
    with told_together(mistakes) as noted:
        marking = marking_of(book, noted)
        for key, entry in book.checks.items():
            with noted.noting():
                catalogue[key] = _check(entry, rules, marking, forms)
    return catalogue


def keys_of(entry: Entry, rules: Callable[[CheckKeys], Iterator[Mistake]] | None = None) -> CheckKeys:
    """A [[check]] by its keys, with what a tie need not say. Raises RulebookError for all mistakes in it."""
    whole = replace(entry, data=_with_defaults(entry.data))
    return decoded(whole, CheckKeys, rules, f"检查 {entry.data['id']}：")


def _check(
    entry: Entry,
    rules: Callable[[CheckKeys], Iterator[Mistake]],
    marking: Marking,
    forms: PackForms,
) -> Check:
    keys = keys_of(entry, rules)
    return Check(
        id=keys.id,
        title=keys.title,
        severity=keys.severity,
        status=keys.status,
        message=keys.message,
        fix=keys.fix,
        category=keys.category,
        basis=keys.basis,
        why=keys.why,
        form=keys.form,
        needs=_needs(keys),
        each=keys.each,
        ties=tuple(
            node
            for node in (parse_expression(text, across=keys.each == "批次") for text in texts(keys.tie))
            if isinstance(node, Compare)
        ),
        when=parse_expression(keys.when) if keys.when else None,
        when_text=keys.when,
        require=keys.require,
        tolerance=str(keys.tolerance),
        columns=keys.columns,
        rows=keys.rows,
        of_list=next(iter(list_looked_at(keys, forms)), ""),
        plain_rows=_has_plain_rows(keys.form, forms),
        indicator=texts(keys.indicator),
        at=keys.at,
        zero=keys.zero,
        say={name: parse_expression(text) for name, text in keys.say.items()},
        computed=keys.computed,
        gap=keys.gap,
        thresholds={name: Decimal(str(number)) for name, number in keys.thresholds.items()},
        texts=dict(keys.texts),
        severity_in=dict(keys.severity_in),
        compared=asked_cells(keys, forms),
        reads=Reads(keys.id, keys.reads),
        printed=keys.printed,
        marking=marking,
    )


#: what a check says that comes with nothing but its id, its form and what must be filled in
_REQUIRE_DEFAULTS = {
    "severity": Severity.WARNING.value,
    "message": "没有填{项}。",
    "fix": "补填；确实没有的，请说明。",
    "category": "缺报漏报",
}
#: the same of a tie
_TIE_DEFAULTS = {
    "severity": Severity.WARNING.value,
    "message": "现为{左}，{应}{算式}＝{右}，相差{差}",
    "fix": "核对这几个数，改正有误的一个；数字没错的，请说明。",
    "category": "表内勾稽",
}


def _with_defaults(data: dict[str, Any]) -> dict[str, Any]:
    """A check with a tie or a requirement needs no more than that, its id and its form; others need all."""
    known = shape_keys(CheckKeys)
    misspelt = (value for key, value in data.items() if key not in known and nearest(key, known) == "tie")
    tie = data.get("tie") or next(misspelt, None)
    if not tie and data.get("require"):
        wanted = "、".join(map(str, data["require"]))
        where = "" if data.get("each") == "单位" else "{表}"
        defaults = {"title": f"没有填{wanted}", **_REQUIRE_DEFAULTS}
        return {**defaults, "message": where + _REQUIRE_DEFAULTS["message"], **data}
    if not tie:
        return data
    message = _TIE_DEFAULTS["message"] if SAME not in str(tie) else "与{另一单位}填的相同"
    rule = tie if isinstance(tie, str) else "；".join(map(str, texts(tie)))
    with suppress(ExpressionError, AttributeError):
        # words are not apart by an amount
        if any(isinstance(t, Compare) and t.is_of_texts for t in map(parse_expression, texts(tie))):
            message = "填的是“{左}”，{应}“{右}”"
    where = "" if data.get("each") in ("单位", "批次") else "{表}："
    # a title says what is wrong, the tie what should be
    said = f"{data['title']}。{message}。" if "title" in data else f"{message}；应满足“{rule}”。"
    return {"title": rule, **_TIE_DEFAULTS, "message": where + said, **data}


def _has_plain_rows(form: str, forms: PackForms) -> bool:
    lists = forms.forms[form].lists if form in forms.forms else ()
    return bool(lists) and all(len(ls.levels) == 1 for ls in lists)


def _needs(keys: CheckKeys) -> tuple[str, ...]:
    if keys.needs is not None:
        return keys.needs
    return (keys.form,) if keys.form else ()
