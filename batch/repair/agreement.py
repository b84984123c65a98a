"""计算值 and 怎么改 of findings as the proposals have it: a finding never names a side that others confirm.

A check alone marks the total of a sum that does not come out; which figure is wrong, the other ties say.
"""

from __future__ import annotations

from collections.abc import Sequence

from batch.model.record import replace
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.linear import Cell
from batch.repair.sentences import Teller
from batch.repair.trial import Trial, Tried


def agreeing(findings: Sequence[Finding], trial: Trial, tell: Teller) -> list[Finding]:
    """The findings with what the proposals say of them; the check's own words stay where they agree."""
    by_key = {key: tried for tried in trial.tried if tried.options for key in tried.findings}
    doubtful = _doubtful(trial)
    return [_one(finding, by_key.get(finding.key), doubtful, tell) for finding in findings]


def _doubtful(trial: Trial) -> frozenset[tuple[str, Cell]]:
    """(check, cell) of violated ties one of whose cells another tie, which holds, confirms."""
    compiled = trial.compiled
    confirmed: set[Cell] = set()
    violated: set[tuple[str, Cell]] = set()
    for row, source in zip(compiled.rows, compiled.sources, strict=True):
        if source.check.severity is not Severity.ERROR or not row.is_equality:
            continue
        if row.holds(compiled.values):
            confirmed |= row.cells
        else:
            violated.update((row.check, cell) for cell in row.cells)
    return frozenset((check, cell) for check, cell in violated if cell in confirmed)


def _one(
    finding: Finding, tried: Tried | None, doubtful: frozenset[tuple[str, Cell]], tell: Teller
) -> Finding:
    cell = (finding.file, finding.sheet, finding.cell or "")
    if tried is None:
        is_doubtful = finding.expected and (finding.check, cell) in doubtful
        return replace(finding, expected="") if is_doubtful else finding
    here = [one for way in tried.corrections for one in way if one.place == cell]
    if not here:
        # the cell is right
        fix = finding.fix
        if len(tried.options) == 1 and tried.options[0].is_exact:
            fix = tell.see(tried)
        elif finding.severity is Severity.ERROR:
            fix = tell.of_proposals([tried]) or finding.fix
        return replace(finding, expected="", fix=fix)
    due = [tell.printed(one) for one in here if one.to]
    if due and not here[0].was and len(tried.options) == 1:
        # “if nothing happened, 0” is not what the other figures say
        return replace(finding, expected=due[0], fix=tell.see(tried))
    if due:
        return finding if finding.expected in due else replace(finding, expected=due[0])
    change = next(one for option in tried.options for one in option.changes if one.cell == cell)
    if not change.is_bounded or len(tried.options) > 1:
        return finding
    return replace(finding, expected=tell.bounds(change), fix=tell.of_proposals([tried]))
