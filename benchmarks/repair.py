"""How good proposals and causes are: slips planted into units without a mistake, in every bent shape.

`python benchmarks/repair.py [--units 300] [--referee 500]` from the project's folder. Of the cells in which a
slip alone leads to an error: how many are proposed, with their exact value, and how many certain proposals
are wrong; in how many units one slip is one thing to do; how long the search takes; how many units somebody
who only does as told brings to no error in two rounds. The referee tries all sets of cells that cost less.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from batch.checks.rerun import Checks
from batch.checks.run import Checked
from batch.model.cause import Cause
from batch.model.form import FILLED, Submission, Value
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.applied import REASON, typed, with_values
from batch.repair.causes import causes_of
from batch.repair.clusters import clusters_of, setting_of
from batch.repair.followers import refreshed
from batch.repair.linear import Cell
from batch.repair.parts import RowCluster
from batch.repair.problem import Problem
from batch.repair.rows import compile_rows
from batch.repair.search import solve
from batch.repair.trial import Trial, missing_cells, try_proposals
from tests.bends import BENDS
from tests.repair.planted import Planted, checked, is_same, plant, rules

#: different units, and the bent shapes each is read in
UNITS = 30
#: the referee gives up on a cluster after so many sets
MOST_SETS = 20_000


@dataclass(slots=True)
class Told:
    """What is said of one submission."""

    findings: list[Finding]
    trial: Trial
    causes: tuple[Cause, ...]
    #: milliseconds of processor time for the proposals
    taken: float

    @property
    def errors(self) -> int:
        """How many 错误."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


def told(submission: Submission) -> Told:
    """Checks, proposals and causes of a submission."""
    one = rules()
    said: Checked = checked(submission)
    started = time.process_time()
    trial = try_proposals(
        submission, said, said.findings, Checks(one.catalogue, one.forms), one.causes.prices
    )
    taken = 1000 * (time.process_time() - started)
    return Told(said.findings, trial, causes_of(said.findings, trial, one.causes), taken)


@dataclass(slots=True)
class Score:
    """Counts over many units."""

    units: int = 0
    slips: int = 0
    named: int = 0
    exact: int = 0
    certain: int = 0
    wrong: int = 0
    one_cause: int = 0
    obeyed: int = 0
    taken: list[float] = field(default_factory=list)
    #: what went wrong, for whoever looks into it
    notes: list[str] = field(default_factory=list)

    def add(self, planted: Planted, said: Told, note: str) -> None:
        """Count one unit."""
        self.units += 1
        self.taken.append(said.taken)
        for cell, true in planted.true.items():
            if not planted.is_told(cell):
                continue
            self.slips += 1
            ways = [way for tried in said.trial.tried for way in tried.corrections]
            proposed = [one for way in ways for one in way if one.place == cell]
            slot = said.trial.compiled.slots.get(cell)
            self.named += bool(proposed)
            right = any(one.to and slot and is_same(slot, one.to, true) for one in proposed)
            self.exact += right
            if not right:
                found = "找到" if proposed else "没找到"
                self.notes.append(f"{note} {cell[1:]} {true.raw}：{found}，{_checks(said)}")
        for cause in said.causes:
            for one in cause.changes:
                self.certain += 1
                stood = planted.true.get(one.place)
                slot = said.trial.compiled.slots[one.place]
                if stood is None or not is_same(slot, one.to, stood):
                    self.wrong += 1
                    self.notes.append(f"{note} 错改 {one.place[1:]} {one.was}→{one.to}，{_checks(said)}")
        to_do = [cause for cause in said.causes if cause.is_to_do]
        self.one_cause += len(to_do) == 1
        if len(to_do) > 1:
            check_of = {finding.key: finding.check for finding in said.findings}
            parts = ["+".join(check_of[key] for key in cause.findings) for cause in to_do]
            self.notes.append(f"{note} {len(to_do)}件：{'；'.join(parts)}")
        left = said
        for _ in range(2):
            planted = replace(planted, submission=obeyed(planted.submission, left))
            left = told(planted.submission)
            if not left.errors:
                self.obeyed += 1
                break
        else:
            self.notes.append(f"{note} 两轮后还有{left.errors}处错误：{_checks(left)}")


def _checks(said: Told) -> str:
    return " ".join(f"{f.check}@{f.cell}" for f in said.findings if f.severity is Severity.ERROR)


def obeyed(submission: Submission, said: Told) -> Submission:
    """The submission as sent back by somebody who types what is proposed, of several ways the first."""
    new: dict[Cell, Value] = {}
    slots = said.trial.compiled.slots
    for cause in said.causes:
        for one in (*cause.changes, *(cause.options[0] if cause.options else ())):
            if one.to:
                number = Decimal(one.to.rstrip("%")) / (100 if one.to.endswith("%") else 1)
                new[one.place] = typed(slots[one.place], number).value
    for tried in said.trial.tried:
        for change in tried.options[0].changes if tried.options else ():
            slot = slots[change.cell]
            if slot.field.type == "text":
                new[change.cell] = replace(slot.value, state=FILLED, raw=REASON, kind="text")
            elif not change.is_exact and (change.is_bounded or not slot.value.is_filled):
                high = Decimal(0) if change.high is None else change.high
                new[change.cell] = typed(slot, change.low or high).value
    return with_values(submission, refreshed(submission, said.trial.compiled.followers, new))


def planted(seed: int, units: int, slips: int) -> Score:
    """Slips planted into so many units in which they lead to an 错误."""
    rng, score = random.Random(seed), Score()
    # half of them as the template prints it, with live formulas
    shapes = [*[""] * len(BENDS), *sorted(BENDS)]
    while score.units < units:
        unit, shape = rng.randrange(UNITS), rng.choice(shapes)
        made = plant(rng, unit, slips, shape)
        said = told(made.submission)
        if said.errors:
            score.add(made, said, f"{unit}/{shape}")
    return score


def refereed(seed: int, units: int) -> tuple[int, int, int]:
    """(clusters compared, with the same price, given up) over units with one to three slips."""
    rng = random.Random(seed)
    compared = same = given_up = 0
    one = rules()
    for _ in range(units):
        made = plant(rng, rng.randrange(UNITS), rng.choice((1, 1, 2, 3)))
        said = checked(made.submission)
        compiled = compile_rows(made.submission, one.catalogue, one.forms, said.fields)
        setting = setting_of(compiled, missing_cells(said.findings), one.causes.prices, ())
        for broken in clusters_of(setting):
            problem = setting.problem
            found = solve(problem, broken, 0, one.causes.prices.most)
            cheaper = is_cheaper(problem, broken, found[0].cost) if found else None
            compared += cheaper is not None
            same += cheaper is False
            given_up += cheaper is None
    return compared, same, given_up


def is_cheaper(problem: Problem, broken: Sequence[int], cost: int) -> bool | None:
    """Whether some set of cells that costs less mends the rows; None when there are too many to try."""
    cluster = RowCluster(problem, broken)
    start = [problem.rows[number].cells for number in broken]
    seen: set[frozenset[Cell]] = set()
    todo: list[tuple[frozenset[Cell], int]] = [(frozenset(), 0)]
    while todo:
        free, price = todo.pop()
        if all(cells & free for cells in start):
            if cluster.conflicts(problem.cells.bits(free)) == []:
                return True
            numbers = (number for part in cluster.parts(problem.cells.bits(free)) for number in part.numbers)
            near = {cell for number in numbers for cell in problem.rows[number].cells}
        else:
            # every violated row needs one of its cells
            near = set(next(cells for cells in start if not cells & free))
        for cell in near - free:
            larger, more = free | {cell}, price + problem.prices[cell]
            if more < cost and larger not in seen:
                seen.add(larger)
                todo.append((larger, more))
        if len(seen) > MOST_SETS:
            return None
    return False


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} {100 * part / max(whole, 1):.1f} %"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--referee", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slips", type=int, nargs="*", default=[1, 3])
    parser.add_argument("--notes", action="store_true", help="every unit in which something went wrong")
    given = parser.parse_args()
    for slips in given.slips:
        score = planted(given.seed, given.units, slips)
        ordered = sorted(score.taken)
        print(f"{slips} slip(s) in {score.units} units")
        print(f"  proposed              {_share(score.named, score.slips)}")
        print(f"  exact value           {_share(score.exact, score.slips)}")
        print(f"  certain and wrong     {score.wrong} of {score.certain}")
        if slips == 1:
            print(f"  one thing to do       {_share(score.one_cause, score.units)}")
        print(f"  obeyed: no 错误       {_share(score.obeyed, score.units)}")
        late = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
        print(
            f"  proposals: median {median(ordered):.0f} ms, p99 {late:.0f} ms, longest {ordered[-1]:.0f} ms"
        )
        if given.notes:
            print(*score.notes, sep="\n")
    if given.referee:
        compared, same, given_up = refereed(given.seed, given.referee)
        print(f"referee: {_share(same, compared)} clusters with the same price, {given_up} given up")


if __name__ == "__main__":
    main()
