"""All figures of one report with their meanings: what the checks work on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from batch.forms.spec.spec import PackForms
from batch.model.narrative import Narrative
from batch.report.breakdowns import Breakdown, breakdowns
from batch.report.phrases import Grammar
from batch.report.relations import StatedRatio, ratios
from batch.report.sentences import Sentence, sentences
from batch.report.stated_figures import StatedFigure, figures

#: what of a paragraph is kept in mind while it is read: characters, figures
_BACK, _EARLIER = 400, 40
#: a report has some 200 figures; comparing them takes more than proportional time
MAX_FIGURES = 2000


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One report with its figures extracted."""

    narrative: Narrative
    grammar: Grammar
    sentences: tuple[Sentence, ...]
    figures: tuple[StatedFigure, ...]
    breakdowns: tuple[Breakdown, ...]
    ratios: tuple[StatedRatio, ...]
    #: why nothing was made of the report, "" when something was
    refused: str = ""

    def by_sentence(self) -> dict[int, list[StatedFigure]]:
        """The figures of each sentence that has any, by the sentence's number."""
        found: dict[int, list[StatedFigure]] = {}
        for figure in self.figures:
            found.setdefault(figure.sentence.number, []).append(figure)
        return found

    def totals(self) -> dict[int, list[StatedFigure]]:
        """The totals of lists in each sentence that has any, by the sentence's number."""
        found: dict[int, list[StatedFigure]] = {}
        for made in self.breakdowns:
            found.setdefault(made.total.sentence.number, []).append(made.total)
        return found


def take_apart(narrative: Narrative, forms: PackForms) -> ReportFacts:
    """Extract every figure of a report with its meaning; a report with too many figures is refused."""
    grammar = Grammar(forms.report, forms.year)
    all_sentences = tuple(sentences(narrative))
    all_figures: list[StatedFigure] = []
    all_lists: list[Breakdown] = []
    all_ratios: list[StatedRatio] = []
    paragraph, before, earlier = 0, "", list[StatedFigure]()
    known: dict[tuple[str, Decimal], StatedFigure] = {}
    for sentence in all_sentences:
        if sentence.paragraph != paragraph:
            paragraph, before, earlier = sentence.paragraph, "", []
        found = figures(sentence, grammar, before)
        lists = breakdowns(found, grammar)
        all_ratios += ratios(found, earlier, tuple(known.values()), lists, grammar)
        # what a list says of its parts is more than each says of itself
        better = {f.place: f for made in lists for f in (made.total, *made.parts)}
        found = [better.get(figure.place, figure) for figure in found]
        all_figures += found
        if len(all_figures) > MAX_FIGURES:
            reason = f"报告里的金额和百分比超过{MAX_FIGURES}个，没有核对"
            return ReportFacts(narrative, grammar, (), (), (), (), reason)
        known |= {(f.said.subject, f.mention.value): f for f in found if f.role == "sum" and f.said.subject}
        all_lists += lists
        before = (before + sentence.text)[-_BACK:]
        earlier = (earlier + found)[-_EARLIER:]
    return ReportFacts(
        narrative, grammar, all_sentences, tuple(all_figures), tuple(all_lists), tuple(all_ratios)
    )
