"""One place of a check: what a name in a tie refers to on a column, row, indicator or heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Final

from batch.checks.engine.amount import Amount, Missing, Result, literal, nothing_of, of_value
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_words import FIRST_MONTH, THIS_YEAR, TIMES
from batch.checks.engine.form_words import period_of
from batch.checks.engine.several import ASKED, Several
from batch.config.expression import Name
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import BLANK, FILLED, Group, Item, Submission, Table, Value
from batch.model.record import record
from batch.model.status import IN_FORCE, Severity

#: the check of nobody: names mean what they mean in a check that looks at the whole submission
WHOLE: Final = Check("", "", Severity.HINT, IN_FORCE, "", "", "", each="单位")


@record(slots=True)
class SharedSums:
    """Sums over a form's rows, computed once for all its places."""

    #: by name, and by what of the place it depends on
    several: dict[tuple[object, ...], Several] = field(default_factory=dict)
    #: by table, the weights of headings by the heading above, see `Place._below`: its list, level and path
    weights: dict[int, dict[tuple[str, int, tuple[str, ...]], list[Value]]] = field(default_factory=dict)


@record(slots=True)
class Place:
    """One place a check looks at; resolves names to values there and keeps what it was asked for."""

    check: Check
    forms: PackForms
    submission: Submission
    #: the table in question; None for the submission as a whole
    table: Table | None = None
    #: (row, "") or ("", column) inside a grid
    row: str = ""
    column: str = ""
    item: Item | None = None
    group: Group | None = None
    #: how messages call the place
    label: str = ""
    #: values that took part, for the finding's related cells
    asked: dict[str, Value] = field(default_factory=dict)
    #: what names came to, whatever the check: two in five are asked by several
    known: dict[str, tuple[Value | None, Result]] = field(default_factory=dict)
    #: what blank headings come to, by the identity of their values: see batch.checks.engine.blanks
    implied: Mapping[int, Amount] = field(default_factory=dict)
    shared: SharedSums = field(default_factory=SharedSums)

    def turn_to(self, check: Check) -> None:
        """Be a place of this check, which was asked for nothing yet."""
        self.check = check
        self.asked.clear()

    def find(self, name: str) -> Value | None:
        """The value a name stands for here; None when the row or column is not in the table."""
        item, table = self.item, self.table
        if item is not None and (value := item.values.get(name)) is not None:
            return value
        if "." in name:
            head, _, rest = name.partition(".")
            if item is not None and table is not None and head == table.form:
                return item.values.get(rest) or _in_table(table, rest)
            if head in self.forms.forms:
                first = next((table for table in self.submission.tables if table.form == head), None)
                return _in_table(first, rest) if first else None
        if self.group is not None and name == "权重":
            return self.group.weight
        if table is None:
            return None
        here = f"{name}.{self.column}" if self.column else f"{self.row}.{name}" if self.row else name
        return table.fields.get(here) or _in_table(table, name)

    def value(self, name: str) -> Result:
        """See evaluate.Scope."""
        if name in self.check.thresholds:
            return literal(self.check.thresholds[name])
        if name in TIMES:
            return literal(Decimal(self._time(name)))
        known = self.known.get(name)
        if known is None:
            known = self.known[name] = self._read(name)
        value, result = known
        if value is None:
            return result
        self.asked.setdefault(name, value)
        if id(value) in self.implied and name != self._whole():
            return self.implied[id(value)]
        if name in self.check.zero and value.state is BLANK and isinstance(result, Missing):
            return Amount(Decimal(0), value.unit, 0, (value,), f"{nothing_of(value.unit)}（未填）")
        return result

    def _time(self, name: str) -> int:
        """The year of the round, or the first or last month of the form's period."""
        if name == THIS_YEAR:
            return self.forms.year
        first, last = period_of(self.table, self.forms) if self.table else self.forms.period
        return first if name == FIRST_MONTH else last

    def _whole(self) -> str:
        """The name that the check's tie says the sum of; its sum cannot be had from itself."""
        left = self.check.ties[0].left if self.check.ties else None
        return left.text if isinstance(left, Name) else ""

    def _read(self, name: str) -> tuple[Value | None, Result]:
        value = self.find(name)
        if value is None:
            return None, Missing(f"表中没有“{name}”", blank=self.is_spare(name))
        if value.state is BLANK and (value.kind == "tick" or self.is_tick(name)):
            return value, Amount(Decimal(0), value.unit, 0, (value,), "0")
        return value, of_value(value, name)

    def is_spare(self, name: str) -> bool:
        """Whether a row that is not there need not be: a sum passes over it."""
        head, _, rest = name.partition(".")
        spec = self.forms.forms.get(head)
        if spec is None:
            spec, rest = self.spec, name
        return spec is not None and rest.partition(".")[0] in spec.spare_rows

    def is_tick(self, name: str) -> bool:
        """Whether a name is a column of ticks."""
        spec = self.spec
        return spec is not None and name in spec.ticks

    def text(self, name: str) -> str | Missing:
        """See evaluate.Scope."""
        value = self.find(name)
        if value is None:
            return Missing(f"表中没有“{name}”", blank=self.is_spare(name))
        self.asked.setdefault(name, value)
        if value.state is not FILLED:
            return Missing(f"“{name}”未填写", value.state is BLANK, (value,))
        said = squeeze(value.raw)
        choices = self.spec.choices.get(name) if self.spec is not None else None
        if choices and said not in choices:
            return Missing(f"“{name}”填的“{value.raw.strip()}”不是规定的选项", sources=(value,))
        return said

    def rows(self, name: str) -> Sequence[tuple[Place, Result]]:
        """See evaluate.Scope."""
        head, _, rest = name.partition(".")
        tables = one_a_project(self.submission.of(head)) if head in self.forms.forms else [self.table]
        column = rest if head in self.forms.forms else name
        found = []
        for table in filter(None, tables):
            items = self.group.items if self.group is not None and table is self.table else table.items
            for item in items:
                value = item.values.get(column)
                if value is not None:
                    place = Place(self.check, self.forms, self.submission, table, item=item)
                    found.append((place, of_value(value, name)))
                    if len(found) <= ASKED:
                        self.asked.setdefault(f"{name}#{len(found) - 1}", value)
        return found

    def values(self, name: str) -> Sequence[Result]:
        """See evaluate.Scope."""
        return self._asked(name).results()

    def total(self, name: str) -> Result:
        """See evaluate.Scope."""
        return self._asked(name).total()

    def several(self, name: str) -> Several:
        """The values behind a name, gone through once for all places that have the same ones."""
        key = (name, *self._whose(name))
        several = self.shared.several.get(key)
        if several is None:
            several = self.shared.several[key] = Several(name, self.parts(name), self._unclear(name))
        return several

    def _asked(self, name: str) -> Several:
        several = self.several(name)
        for n, value in enumerate(several.asked):
            self.asked.setdefault(f"{name}#{n}", value)
        return several

    def _unclear(self, name: str) -> list[str]:
        """Why a sum of the rows under a heading cannot be told: rows that may be parts of it or not."""
        head, _, rest = name.partition(".")
        bends = self.table.bends if self.table is not None and rest == "子项" else []
        asked = [bend for bend in bends if bend.check == "F035" and bend.expected == head]
        return [f"“{bend.found}”一行是否属于{head}不清楚" for bend in asked]

    def _whose(self, name: str) -> tuple[object, ...]:
        """What of the place the values behind a name depend on."""
        if name.partition(".")[0] in self.forms.forms:
            return ()
        if name == "下级" and self.table is not None and self.group is not None:
            below = self._below(self.table, self.group)
            if below:
                # headings printed again on every row have the same ones below them
                return (id(below),)
        return id(self.table), id(self.group), self.column

    def parts(self, name: str) -> list[Value]:
        """The values a name stands for inside 合计, 个数, 平均, blank ones included."""
        head, _, rest = name.partition(".")
        if head in self.forms.forms:
            tables = one_a_project(self.submission.of(head))
            single = [v for t in tables if (v := _in_table(t, rest)) is not None]
            return single or [item.values[rest] for t in tables for item in t.items if rest in item.values]
        if self.table is None:
            return []
        if self.group is not None:
            return self._under(self.table, self.group, name)
        if rest == "子项":
            return self._parts_of(head)
        ls = self.spec.list_with.get(name) if self.spec else None
        if ls is not None and name in ls.group_weights:
            level = ls.group_weights.index(name) + 1
            return [g.weight for g in self.table.groups if (g.list_name, g.level) == (ls.name, level)]
        return [item.values[name] for item in self.table.items if name in item.values]

    def _under(self, table: Table, group: Group, name: str) -> list[Value]:
        """Values under a heading: a column of its indicators, or 下级, the weights one level down."""
        if name != "下级":
            return [item.values[name] for item in group.items if name in item.values]
        below = self._below(table, group)
        return below or [item.values["分值"] for item in group.items if "分值" in item.values]

    def _below(self, table: Table, group: Group) -> list[Value]:
        """The weights of the headings one level down; none where one of them has no number."""
        known = self.shared.weights.get(id(table))
        if known is None:
            known = self.shared.weights[id(table)] = {}
            for one in table.groups:
                above = one.level - 1
                known.setdefault((one.list_name, above, one.path[:above]), []).append(one.weight)
            for heading, weights in known.items():
                if any(weight.number is None for weight in weights):
                    known[heading] = []
        return known.get((group.list_name, group.level, group.path), [])

    def _parts_of(self, heading: str) -> list[Value]:
        """The rows under a heading in this column: those of the form, and those the unit added."""
        if self.table is None or self.spec is None:
            return []
        return parts_under(heading, self.column, self.table, self.spec)

    @property
    def spec(self) -> FormSpec | None:
        """The form of the table in question."""
        return self.forms.forms[self.table.form] if self.table else None


def one_a_project(tables: list[Table]) -> list[Table]:
    """One form for each project: a sheet that was copied adds nothing to a sum, F007 asks about it."""
    by_project: dict[str, Table] = {}
    for number, table in enumerate(tables):
        project = table.project
        name = squeeze(project.raw) if project is not None and project.is_filled else f"第{number}张"
        by_project.setdefault(name, table)
    return list(by_project.values())


def parts_under(heading: str, column: str, table: Table, spec: FormSpec) -> list[Value]:
    """A column of the rows under an open heading: those of the form, and those the unit added."""
    rows = [r.name for g in spec.grids for r in g.rows if r.parent == heading]
    rows += table.extra_rows.get(heading, [])
    return [v for row in rows if (v := table.fields.get(f"{row}.{column}")) is not None]


def _in_table(table: Table, name: str) -> Value | None:
    if name in table.fields:
        return table.fields[name]
    if name.startswith("总分."):
        return table.totals.get(name.partition(".")[2])
    return None
