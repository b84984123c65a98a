"""The keys of a [[check]] in a rule file, and what they must keep to among themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from batch.checks.engine.check_words import (
    SLOTS,
    column_names,
    is_word,
    placeholders,
    row_names,
    words_like,
)
from batch.checks.engine.reads import ALL, Reads
from batch.checks.engine.requested_cells import Key, field_of
from batch.checks.engine.tie_mistakes import lists_looked_at, tie_mistakes
from batch.checks.engine.tolerance import NAMES
from batch.config.expression import (
    Compare,
    ExpressionError,
    Node,
    names,
    parse_expression,
)
from batch.config.schema import Keys, Mistake, Number, Words, is_of, nearest, unknown
from batch.config.toml_text import Where
from batch.forms.spec.spec import PackForms
from batch.model.status import CHECK_STATUSES, IN_FORCE, SWITCHED_OFF, Severity

CheckId = Annotated[str, Meta(pattern=r"^[A-Z]\d{3}$", description="一个大写字母加三位数字，例如 J101")]
_Texts = str | tuple[str, ...]


class CheckKeys(Keys):
    """[[check]]; what the keys mean is said at Check."""

    id: CheckId
    title: Words
    severity: Severity
    message: Words
    fix: Words
    category: Words
    #: one of CHECK_STATUSES
    status: str = IN_FORCE
    basis: str = ""
    why: str = ""
    form: str = ""
    needs: tuple[str, ...] | None = None
    each: Literal["单位", "表", "列", "行", "指标", "一级指标", "二级指标", "批次"] = "表"
    tie: Annotated[_Texts, Meta(description="引号里的算式，几个的写在方括号里")] = ()
    when: str = ""
    require: tuple[Words, ...] = ()
    tolerance: Annotated[str | int | float, Meta(description="一个数，或容差的名称")] = "TOL_0"
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    indicator: Annotated[_Texts, Meta(description="引号里的指标名称，几个的写在方括号里")] = ()
    at: str = ""
    zero: tuple[str, ...] = ()
    say: dict[str, str] = field(default_factory=dict)
    computed: str = ""
    gap: str = ""
    thresholds: dict[str, Number] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    severity_in: dict[str, Severity] = field(default_factory=dict)
    printed: bool = False
    reads: tuple[Words, ...] = ()


def texts(value: Any) -> tuple[str, ...]:
    """A text, or several of them."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def check_rules(
    keys: CheckKeys,
    forms: PackForms,
    functions: Collection[str],
    across: Mapping[str, Sequence[Key]],
) -> Iterator[Mistake]:
    """What of a check does not fit together, or names what is not there.

    A misspelt word of a tie is found here, not at night.
    """
    is_function = not keys.tie and not keys.require
    if is_function and keys.id not in (across if keys.each == "批次" else functions):
        yield Mistake((), "没有算式（tie）、没有必填项（require），程序里也没有它的函数")
    if keys.reads and not is_function:
        yield Mistake(("reads",), "算式和必填项已写明用到的项目，不用 reads")
    if keys.each == "批次" and keys.require:
        yield Mistake(("each",), "必填项只看一个单位，each 不能是“批次”")
    if forms.categories and keys.category not in forms.categories:
        yield Mistake(
            ("category",), unknown(keys.category, forms.categories, "pack.toml 的 categories 里没有")
        )
    if keys.status not in CHECK_STATUSES:
        said = f"“status”应为{'、'.join(CHECK_STATUSES)} 之一，现为“{keys.status}”"
        yield Mistake(("status",), said)
    if str(keys.tolerance) not in NAMES and not is_of(keys.tolerance, Number):
        said = f"容差“{keys.tolerance}”只能是 {'、'.join(sorted(NAMES))} 或一个数"
        yield Mistake(("tolerance",), said)
    for where, text in _expressions(keys):
        yield from _wrong_syntax(keys, where, text)
    if keys.status == SWITCHED_OFF:
        # it may be so because the forms or fields it names are not there
        return
    yield from _wrong_names(keys, forms)
    if keys.form and keys.form not in forms.forms:
        # its words cannot be looked up
        return
    for where, text in _expressions(keys):
        yield from _wrong_words(keys, where, text, forms)
    yield from _means_nothing(keys, forms)
    if is_function:
        yield from _wrong_reads(keys, forms, across)
    elif keys.each != "批次":
        yield from _wrong_slots(keys, forms)


def _wrong_names(keys: CheckKeys, forms: PackForms) -> Iterator[Mistake]:
    """Forms, fields and indicators that are not there."""
    for where, form in ((("form",), keys.form), *((("needs", n), f) for n, f in enumerate(keys.needs or ()))):
        if form and form not in forms.forms:
            yield Mistake(where, f"没有“{form}”这张表，有的是 {'、'.join(forms.forms)}")
    spec = forms.forms.get(keys.form)
    if keys.form and spec is None:
        return
    for key in ("require", "zero"):
        for n, word in enumerate(getattr(keys, key)):
            yield from _wrong_word(keys, (key, n), word, forms)
    if keys.at:
        yield from _wrong_word(keys, ("at",), keys.at, forms)
    for key, known in (("rows", row_names(spec)), ("columns", column_names(spec))) if spec else ():
        for n, word in enumerate(getattr(keys, key)):
            if word not in known:
                yield Mistake((key, n), unknown(word, known, f"{keys.form}里没有："))
    for name in texts(keys.indicator):
        if spec is None or name not in spec.indicators:
            yield Mistake(("indicator",), f"“{name}”不是登记过的指标")


def list_looked_at(keys: CheckKeys, forms: PackForms) -> list[str]:
    """The lists whose rows or headings a check goes through; a check must keep to one."""
    spec = forms.forms.get(keys.form)
    if spec is None or keys.each == "批次":
        return []
    nodes = [parse_expression(text) for _, text in _expressions(keys)]
    return lists_looked_at(nodes, [*keys.require, *keys.zero, keys.at], keys.each, spec)


def _means_nothing(keys: CheckKeys, forms: PackForms) -> Iterator[Mistake]:
    """Expressions that come to nothing on any form."""
    with suppress(ExpressionError):
        # told already
        lists = list_looked_at(keys, forms)
        if len(lists) > 1:
            said = f"逐{keys.each}的检查只看一个明细表，用到的栏在几个里：{'、'.join(lists)}"
            yield Mistake(("tie",) if keys.tie else ("require",), said)
        for where, text in _expressions(keys):
            yield from tie_mistakes(where, _parsed(keys, where, text), keys.each, keys.form, forms)


def _wrong_reads(keys: CheckKeys, forms: PackForms, across: Mapping[str, Sequence[Key]]) -> Iterator[Mistake]:
    """What a function reads must be there: otherwise a renamed field looks like one left blank.

    The cells that a check across units asks for are declared, as far as the pack has their form.
    """
    for n, word in enumerate(keys.reads):
        if word != ALL and not (word.partition(".")[0] in forms.forms and is_word(word, keys.form, forms)):
            yield Mistake(("reads", n), f"reads 中的“{word}”不是表里的项目或栏目")
    reads = Reads(keys.id, keys.reads)
    for form, name in map(field_of, across.get(keys.id, ()) if keys.each == "批次" else ()):
        # what a form of the same name lacks cannot be read
        has = form in forms.forms and is_word(f"{form}.{name}", keys.form, forms)
        if has and not reads.covers(form, name):
            yield Mistake(("reads",), f"用到“{form}.{name}”，reads 没有写")


def _expressions(keys: CheckKeys) -> Iterator[tuple[Where, str]]:
    """The expressions of a check, with the key each stands under."""
    yield from ((("tie",), text) for text in texts(keys.tie))
    yield from ((("when",), text) for text in (keys.when,) if text)
    yield from ((("say", name), text) for name, text in keys.say.items())


def _parsed(keys: CheckKeys, where: Where, text: str) -> Node:
    """One of a check's expressions; a tie of the batch may say what all units come to."""
    return parse_expression(text, across=keys.each == "批次" and where[0] == "tie")


def _wrong_syntax(keys: CheckKeys, where: Where, text: str) -> Iterator[Mistake]:
    try:
        node = _parsed(keys, where, text)
    except ExpressionError as error:
        yield Mistake(where, str(error))
        return
    if where == ("tie",) and not isinstance(node, Compare):
        said = f"算式“{text}”要写成左边与右边的比较，例如：合计 == 办公费 + 水电费"
        yield Mistake(where, said)


def _wrong_words(keys: CheckKeys, where: Where, text: str, forms: PackForms) -> Iterator[Mistake]:
    try:
        used = names(_parsed(keys, where, text))
    except ExpressionError:
        # told already
        return
    for word in used:
        yield from _wrong_word(keys, where, word, forms)


def _wrong_word(keys: CheckKeys, where: Where, word: str, forms: PackForms) -> Iterator[Mistake]:
    if word not in keys.thresholds and not is_word(word, keys.form, forms):
        near = nearest(word, words_like(word, keys.form, forms))
        meant = f"，是不是“{near}”？" if near else ""
        yield Mistake(where, f"“{word}”不是表里的项目或栏目{meant}")


def _wrong_slots(keys: CheckKeys, forms: PackForms) -> Iterator[Mistake]:
    """Words in braces that nothing fills in."""
    known = SLOTS | set(keys.thresholds) | set(keys.say)
    for key in ("message", "fix", "computed", "gap"):
        for slot in placeholders(getattr(keys, key)):
            if slot not in known and not is_word(slot, keys.form, forms):
                yield Mistake((key,), f"文字里“{{{slot}}}”没有来处")
