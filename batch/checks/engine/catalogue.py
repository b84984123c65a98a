"""The catalogue: every check of the rulebook as an object, its words checked when the pack loads.

A check is one of three kinds: a tie (an expression that must hold), a requirement (cells that must be
filled when a condition holds), or a function registered under its id. All carry the same head: title,
severity, status, message, how to fix, category, basis.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from batch.checks.engine.gone import Key, field_of
from batch.checks.engine.marking import Marking, marking_of
from batch.checks.engine.reads import ALL, Reads
from batch.checks.engine.tolerance import NAMES
from batch.config.expression import Compare, ExpressionError, Node, names, parse
from batch.config.rulebook import Entry, Rulebook
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.status import CHECK_STATUSES, IN_FORCE, Severity

#: once for the unit, for each table, grid column, grid row, indicator, heading; 批次: all units together
EACH = ("单位", "表", "列", "行", "指标", "一级指标", "二级指标", "批次")
_ID = re.compile(r"[A-Z]\d{3}")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


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
    each: str = "表"
    ties: tuple[Compare, ...] = ()
    tie_texts: tuple[str, ...] = ()
    when: Node | None = None
    when_text: str = ""
    require: tuple[str, ...] = ()
    tolerance: str = "TOL_0"
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
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
    #: the fields a function reads: it gets no others
    reads: Reads = field(default_factory=Reads)
    #: whether it may fall for words the form itself prints; see batch.checks.engine.printed
    printed: bool = False
    #: how the pack marks, for checks that work out a score
    marking: Marking = field(default_factory=Marking)

    def severity_for(self, place: str) -> Severity:
        """How much a finding of this check weighs on one form, or in one case."""
        return self.severity_in.get(place, self.severity)

    @property
    def is_function(self) -> bool:
        """Whether a registered function does the work."""
        return not self.ties and not self.require


_KEYS = {
    "id", "title", "severity", "status", "message", "fix", "category", "basis", "why", "form", "needs",
    "each", "tie", "when", "require", "tolerance", "columns", "rows", "indicator", "at", "zero", "say",
    "thresholds", "severity_in", "computed", "gap", "texts",
    "printed", "reads",
}  # fmt: skip


def load_catalogue(
    book: Rulebook, forms: PackForms, functions: Iterable[str], across: Mapping[str, Sequence[Key]]
) -> dict[str, Check]:
    """All checks of a rulebook in the order of its files.

    `functions`: ids of the functions that look at one unit; `across`: of those that look at all units,
    with the cells they ask for.
    Raises RulebookError, with file and line, for an unknown key, word, severity or function.
    """
    known, together = frozenset(functions), frozenset(across)
    marking = marking_of(book)
    checks = {
        key: _check(entry, forms, together if entry.data.get("each") == "批次" else known, marking)
        for key, entry in book.checks.items()
    }
    for key, check in checks.items():
        if check.each == "批次":
            _check_asked(book.checks[key], check, across[key], forms)
    return checks


def _check_asked(entry: Entry, check: Check, asked: Sequence[Key], forms: PackForms) -> None:
    """The cells that a check across units asks for are declared, as far as the pack has their form."""
    for form, name in map(field_of, asked):
        if form in forms.forms and not check.reads.covers(form, name):
            raise entry.error(f"检查 {check.id} 用到“{form}.{name}”，reads 没有写")


def _check(entry: Entry, forms: PackForms, functions: frozenset[str], marking: Marking) -> Check:
    data = _with_defaults(entry.data)
    for key in data:
        if key not in _KEYS:
            raise entry.error(f"检查 {data['id']} 里不认识的写法“{key}”")
    _check_types(entry, data)
    for key in ("title", "severity", "message", "fix", "category"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise entry.error(f"检查 {data['id']} 缺少 {key}")
    if not _ID.fullmatch(data["id"]):
        raise entry.error(f"检查编号“{data['id']}”应为一个大写字母加三位数字")
    if data.get("status", IN_FORCE) not in CHECK_STATUSES:
        raise entry.error(f"检查 {data['id']} 的 status 只能是 {'、'.join(CHECK_STATUSES)}")
    if data.get("each", "表") not in EACH:
        raise entry.error(f"检查 {data['id']} 的 each 只能是 {'、'.join(EACH)}")
    check = Check(
        id=data["id"],
        title=data["title"],
        severity=_severity(entry, data["severity"]),
        status=data.get("status", IN_FORCE),
        message=data["message"],
        fix=data["fix"],
        category=data["category"],
        basis=data.get("basis", ""),
        why=data.get("why", ""),
        form=data.get("form", ""),
        needs=tuple(data.get("needs", [data["form"]] if data.get("form") else [])),
        each=data.get("each", "表"),
        ties=tuple(_tie(entry, text) for text in _texts(data.get("tie", []))),
        tie_texts=tuple(_texts(data.get("tie", []))),
        when=_node(entry, data["when"]) if "when" in data else None,
        when_text=data.get("when", ""),
        require=tuple(data.get("require", ())),
        tolerance=_tolerance(entry, data.get("tolerance", "TOL_0")),
        columns=tuple(data.get("columns", ())),
        rows=tuple(data.get("rows", ())),
        indicator=tuple(_texts(data.get("indicator", []))),
        at=data.get("at", ""),
        zero=tuple(data.get("zero", ())),
        say={name: _node(entry, text) for name, text in data.get("say", {}).items()},
        computed=data.get("computed", ""),
        gap=data.get("gap", ""),
        thresholds={k: Decimal(str(v)) for k, v in data.get("thresholds", {}).items()},
        texts={k: str(v) for k, v in data.get("texts", {}).items()},
        severity_in={k: _severity(entry, v) for k, v in data.get("severity_in", {}).items()},
        reads=Reads(data["id"], tuple(data.get("reads", ()))),
        printed=data.get("printed", False),
        marking=marking,
    )
    if check.is_function and check.id not in functions:
        raise entry.error(f"检查 {check.id} 没有算式（tie）、没有必填项（require），程序里也没有它的函数")
    if check.each == "批次" and not check.is_function:
        raise entry.error(f"检查 {check.id}：算式和必填项只看一个单位，each 不能是“批次”")
    _check_words(entry, check, forms)
    return check


#: what a tie says that comes with nothing but its id, its form and itself
_TIE_DEFAULTS = {
    "severity": Severity.WARNING.value,
    "message": "{左}与{右}（{算式}）不符，相差{差}；应满足“{title}”。",
    "fix": "核对这几个数，改正有误的一个；数字没错的，请说明。",
    "category": "表内勾稽",
}


_TABLES = {"say", "thresholds", "severity_in", "texts"}
_LISTS = {"needs", "columns", "rows", "zero", "require", "reads"}
_EITHER = {"tie", "indicator"}


def _check_types(entry: Entry, data: dict[str, Any]) -> None:
    """What should be a text is a text, what should be a list is one."""
    for key, value in data.items():
        is_list = isinstance(value, list) and all(isinstance(part, str) for part in value)
        if key in _TABLES:
            right, wanted = isinstance(value, dict), '写成 { "名称" = "值" }'
        elif key in _LISTS:
            right, wanted = is_list, '写成 ["甲", "乙"]'
        elif key == "printed":
            right, wanted = isinstance(value, bool), "写成 true 或 false"
        elif key == "tolerance":
            right, wanted = isinstance(value, str | int | float), "写成一个数"
        else:
            right, wanted = isinstance(value, str) or (key in _EITHER and is_list), "用引号括起来"
        if not right:
            raise entry.error(f"检查 {data['id']} 的 {key} 要{wanted}")
    for name, number in data.get("thresholds", {}).items():
        try:
            Decimal(str(number))
        except InvalidOperation as error:
            raise entry.error(f"检查 {data['id']} 的界限“{name}”应为一个数，现为“{number}”") from error


def _with_defaults(data: dict[str, Any]) -> dict[str, Any]:
    """A tie needs no more than id, form and tie; everything else must be written out."""
    tie = data.get("tie")
    if not tie:
        return data
    title = data.get("title", tie if isinstance(tie, str) else "；".join(map(str, _texts(tie))))
    defaults = {"title": title, **_TIE_DEFAULTS}
    where = "" if data.get("each") == "单位" else "{表}："
    defaults["message"] = where + defaults["message"].replace("{title}", str(title))
    return {**defaults, **data}


def _texts(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def _severity(entry: Entry, word: str) -> Severity:
    try:
        return Severity(word)
    except ValueError as error:
        raise entry.error(f"级别“{word}”只能是错误、核实、提示") from error


def _tolerance(entry: Entry, text: Any) -> str:
    if str(text) not in NAMES:
        try:
            Decimal(str(text))
        except InvalidOperation as error:
            raise entry.error(f"容差“{text}”只能是 {'、'.join(sorted(NAMES))} 或一个数") from error
    return str(text)


def _node(entry: Entry, text: str) -> Node:
    try:
        return parse(text)
    except ExpressionError as error:
        raise entry.error(str(error)) from error


def _tie(entry: Entry, text: str) -> Compare:
    node = _node(entry, text)
    if not isinstance(node, Compare):
        raise entry.error(f"算式“{text}”要写成左边与右边的比较，例如：三公经费 == 公务用车 + 公务接待")
    return node


def _check_words(entry: Entry, check: Check, forms: PackForms) -> None:
    """Every word of a tie must be one of the forms' own: a misspelt one is found here, not at night."""
    for key in (check.form, *check.needs):
        if key and key not in forms.forms:
            raise entry.error(f"检查 {check.id}：没有“{key}”这张表，有的是 {'、'.join(forms.forms)}")
    nodes: list[Node] = [*check.ties, *check.say.values(), *([check.when] if check.when else [])]
    words = [name for node in nodes for name in names(node)]
    for word in (*words, *check.require, *check.zero, *([check.at] if check.at else [])):
        if word not in check.thresholds and not is_word(word, check, forms):
            raise entry.error(f"检查 {check.id}：“{word}”不是表里的项目或栏目")
    if not check.is_function:
        for slot in placeholders(check.message + check.fix + check.computed + check.gap):
            if slot not in SLOTS | set(check.thresholds) | set(check.say) and not is_word(slot, check, forms):
                raise entry.error(f"检查 {check.id} 的文字里“{{{slot}}}”没有来处")
    _check_reads(entry, check, forms)
    spec = forms.forms.get(check.form)
    if spec:
        for row in (*check.rows, *check.columns):
            if row not in _words_of(spec):
                raise entry.error(f"检查 {check.id}：“{row}”不是{spec.key}的行或栏")
    for name in check.indicator:
        if spec is None or name not in spec.indicators:
            raise entry.error(f"检查 {check.id}：“{name}”不是登记过的指标")


def _check_reads(entry: Entry, check: Check, forms: PackForms) -> None:
    """What a function reads must be there: otherwise a renamed field looks like one left blank."""
    if check.reads.words and not check.is_function:
        raise entry.error(f"检查 {check.id}：算式和必填项已写明用到的项目，不用 reads")
    for word in check.reads.words:
        if word != ALL and not (word.partition(".")[0] in forms.forms and is_word(word, check, forms)):
            raise entry.error(f"检查 {check.id}：reads 中的“{word}”不是表里的项目或栏目")


#: what every message of a tie may mention
SLOTS = frozenset({"左", "右", "差", "左式", "算式", "列", "行", "指标", "表", "项"})
#: words of headings: the heading's own weight, and what is under it
GROUP_WORDS = {"权重", "下级"}


def is_word(word: str, check: Check, forms: PackForms) -> bool:
    """Whether a word of an expression means something where the check looks."""
    head, _, rest = word.partition(".")
    if head in forms.forms:
        return all(part in _words_of(forms.forms[head]) for part in rest.split("."))
    if not check.form:
        return False
    known = _words_of(forms.forms[check.form])
    return all(part in known or part in GROUP_WORDS for part in word.split("."))


def _words_of(spec: FormSpec) -> set[str]:
    words = {f.name for f in spec.entries} | {"子项", "总分"}
    for grid in spec.grids:
        words |= {f.name for f in (*grid.rows, *grid.columns)}
    if spec.list:
        words |= {c.name for c in spec.list.columns} | {spec.list.points}
    return words - {""}


def placeholders(message: str) -> list[str]:
    """The names a message wants filled in."""
    return _PLACEHOLDER.findall(message)
