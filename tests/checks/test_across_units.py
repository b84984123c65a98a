"""Checks that compare the units of a batch: each finds its mistake and lets the right thing pass."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch.checks.engine.batch_checks import Compared, run_across
from batch.checks.engine.similar_texts import Texts, Twin, alike, bare, twins
from batch.checks.run import run_checks
from batch.config.settings import Settings
from batch.figures.facts import facts_of
from batch.model.book import Book
from batch.model.reference import RosterUnit
from batch.model.review import Review, verdict_of
from batch.model.status import Severity, Verdict
from batch.model.turnout import Turnout, UnreadUnit
from batch.model.unit_facts import KeptCell, UnitFacts
from batch.night import run_night
from batch.returns.round_heading import DETAILS_SHEET
from batch.workbook.read.xlsx import read_workbook
from tests.paper import BASIC, PROJECT, WHOLE, Edits, checked, corrected, rules, submission
from tests.sample_units import clean_unit

GOAL = "统筹全市政务网络的规划建设与日常运行，确保各级机关业务系统安全稳定"
TOWNS = ("永安镇", "北盛镇", "龙伏镇", "社港镇", "官渡镇", "张坊镇")


def unit(name: str, edits: Edits | None = None, *more: Book) -> UnitFacts:
    """The facts of a unit that sent the corrected submission, with its own texts and `edits`."""
    own = {
        f"{BASIC}!B21": f"{name}：公务接待一律在机关食堂安排。",
        f"{PROJECT}!B10": "简短目标",
        f"{PROJECT}!E10": "简短结果",
        f"{WHOLE}!C9": "简短目标",
        f"{WHOLE}!E9": "简短结果",
    }
    sent = replace(submission(corrected({**own, **(edits or {})}), *more), unit=name)
    review = Review(name, "", sent.files, run_checks(sent, rules().catalogue, rules().forms).findings)
    return facts_of(sent, review, rules().forms, rules().figures)


def compare(units: Sequence[UnitFacts]) -> dict[str, Compared]:
    return run_across(units, rules().catalogue)


def marks(results: dict[str, Compared], check: str) -> set[tuple[str, str, str]]:
    """(unit, sheet, cell) of what a check found."""
    return {
        (name, f.sheet, f.cell or "") for name, r in results.items() for f in r.findings if f.check == check
    }


def verdict(results: dict[str, Compared], name: str, check: str) -> Verdict:
    return verdict_of(o for o in results[name].outcomes if o.check == check)


def staffed(*numbers: int) -> list[UnitFacts]:
    return [unit(name, {f"{BASIC}!C4": n}) for name, n in zip(TOWNS, numbers, strict=False)]


def test_outlay_per_head_far_from_the_other_units_is_found_at_the_unit_s_total() -> None:
    results = compare(staffed(11, 12, 13, 14, 15, 4))
    assert marks(results, "J128") == {("张坊镇", BASIC, "D20")}
    finding = next(f for f in results["张坊镇"].findings if f.check == "J128")
    # (565.53 − 403) ÷ 4 beside the median of 11.61 (14 persons) … 14.78 (11 persons)
    assert "人均基本支出40.63万元，明显高于" in finding.message
    assert verdict(results, "龙伏镇", "J128") is Verdict.PASS
    # far apart as they are, none of them is expected to spend less than nothing
    apart = compare(staffed(4, 5, 9, 18, 40, 1)).values()
    (far,) = (f for one in apart for f in one.findings if f.check == "J128")
    assert far.expected.startswith("0.00至")


def test_outlay_per_head_of_few_units_is_not_compared_and_says_so() -> None:
    results = compare(staffed(11, 12, 13, 4))
    assert verdict(results, "社港镇", "J128") is Verdict.UNCHECKED
    reasons = [o.reason for o in results["社港镇"].outcomes if o.check == "J128"]
    assert reasons == ["可比单位只有4个，少于5个，无法比较"]


def test_thrift_measures_copied_by_four_units_are_found_in_all_four() -> None:
    same = {f"{BASIC}!B21": "从严控制公务接待，车辆定点维修。"}
    # blanks and punctuation do not make it another text
    loose = {f"{BASIC}!B21": "从严控制公务接待、 车辆定点维修"}
    units = [unit(name, same) for name in TOWNS[:3]] + [unit(TOWNS[3], loose), unit(TOWNS[4])]
    results = compare(units)
    assert marks(results, "J129") == {(name, BASIC, "B21") for name in TOWNS[:4]}
    assert verdict(results, TOWNS[4], "J129") is Verdict.PASS
    message = next(f.message for f in results[TOWNS[3]].findings if f.check == "J129")
    assert message == "厉行节约保障措施与永安镇、北盛镇、龙伏镇等3个单位的文字相同。"
    assert marks(compare(units[1:]), "J129") == set()


def test_a_roll_up_that_is_not_the_sum_of_its_units_is_found_at_the_cell_left_out() -> None:
    units = [unit(name) for name in TOWNS[:3]]
    assert {verdict(compare(units), name, "G802") for name in TOWNS[:3]} == {Verdict.PASS}
    units[1] = replace(units[1], total_spent=Decimal("560.53"))
    results = compare(units)
    assert marks(results, "G802") == {("北盛镇", BASIC, "D20")}
    finding = results["北盛镇"].findings[0]
    assert (finding.severity, finding.filled, finding.expected) == (Severity.ERROR, "565.53", "560.53")
    assert "汇总数1,691.59，不等于各单位填报数之和1,696.59" in finding.message


def test_subtotals_are_checked_where_two_mistakes_cancel_in_the_total() -> None:
    units = [replace(unit(name), department=name) for name in TOWNS[:3]]
    units[0] = replace(units[0], total_spent=Decimal("560.53"))
    units[1] = replace(units[1], total_spent=Decimal("570.53"))
    results = compare(units)
    assert marks(results, "G802") == {(TOWNS[0], BASIC, "D20"), (TOWNS[1], BASIC, "D20")}
    assert f"{TOWNS[0]}小计的整体支出本年决算" in results[TOWNS[0]].findings[0].message


def test_the_self_check_does_not_accuse_a_unit_whose_form_was_sent_twice_or_holds_no_exact_number() -> None:
    vague = unit("北盛镇", {f"{BASIC}!D19": "约200"})
    assert marks(compare([unit("永安镇"), vague]), "G802") == set()


def test_a_row_that_a_form_need_not_have_leaves_its_sum_known() -> None:
    without = unit("北盛镇", {f"{WHOLE}!C5": "（2）社会捐赠"})
    whole = unit("永安镇")
    assert without.funds_budget is not None
    assert marks(compare([whole, without]), "G802") == set()
    # the sum of a form that lacks a row it must have is not known, and no mistake of the program
    broken = unit("北盛镇", {f"{WHOLE}!C4": "（1）上级下拨"})
    assert broken.funds_budget is None
    assert marks(compare([whole, broken]), "G802") == set()


def project(name: str, score: float = 100) -> Book:
    """A further file with another project of the same unit."""
    book = corrected({f"{PROJECT}!C2": name, f"{PROJECT}!H21": score})
    book.sheets = [sheet for sheet in book.sheets if sheet.name == PROJECT]
    return book


def test_three_projects_with_full_marks_are_found_and_one_honest_score_is_enough_to_pass() -> None:
    full = unit("永安镇", None, project("村道维护经费"), project("垃圾清运经费"))
    honest = unit("北盛镇", None, project("村道维护经费", 97), project("垃圾清运经费"))
    results = compare([full, honest, unit("龙伏镇")])
    assert marks(results, "G805") == {("永安镇", PROJECT, "H21")}
    finding = next(f for f in results["永安镇"].findings if f.check == "G805")
    assert finding.message == "永安镇3个项目自评均为100分，缺少区分度。"
    assert verdict(results, "北盛镇", "G805") is Verdict.PASS
    assert verdict(results, "龙伏镇", "G805") is Verdict.NOT_APPLICABLE


def test_a_goal_copied_with_one_word_changed_is_found_in_both_units() -> None:
    copied = GOAL.replace("全市", "全镇")
    units = [
        unit("永安镇", {f"{PROJECT}!B10": GOAL}),
        unit("北盛镇", {f"{PROJECT}!B10": copied}),
        unit("龙伏镇", {f"{PROJECT}!B10": "修缮辖区内的乡村道路并清理沿线排水沟，方便群众出行和农产品外运"}),
    ]
    results = compare(units)
    assert marks(results, "G806") == {("永安镇", PROJECT, "B10"), ("北盛镇", PROJECT, "B10")}
    message = next(f.message for f in results["北盛镇"].findings if f.check == "G806")
    assert message == "“北盛镇”与“永安镇”的预期目标雷同96.88%。"
    assert verdict(results, "龙伏镇", "G806") is Verdict.PASS


def compared_texts(pairs: Sequence[tuple[str, str]]) -> list[Twin | None]:
    """What `twins` says of (owner, text), texts kept in whatever way."""
    owners, texts = [owner for owner, _ in pairs], [text for _, text in pairs]
    found = twins(owners, texts, Decimal("0.9"))
    assert twins(owners, Texts(texts), Decimal("0.9")) == found
    return found


def test_texts_in_one_buffer_are_what_was_put_there() -> None:
    told = ["甲乙", "", "a\n", "\ud800 半个字", "末"]
    texts = Texts(told)
    assert (list(texts), len(texts), texts[-1], texts[1:3]) == (told, 5, "末", ["", "a\n"])
    with pytest.raises(IndexError):
        texts[5]


def test_of_equal_texts_the_first_owner_is_named_and_all_are_counted() -> None:
    goal, other = bare(GOAL), bare(GOAL).replace("全市", "全县")
    pairs = [
        ("甲", goal),
        ("乙", other),
        ("丙", goal),
        ("丙", goal),
        ("丁", goal),
        ("戊", "完全不同的另一件事情"),
    ]
    near = alike(goal, other)
    assert compared_texts(pairs) == [
        Twin("丙", Decimal(1), 3),
        Twin("甲", near, 3),
        *[Twin("甲", Decimal(1), 3)] * 3,
        None,
    ]


def test_a_unit_that_repeats_itself_copies_nobody() -> None:
    text = bare(GOAL)
    assert compared_texts([("甲", text), ("甲", text), ("乙", text[::-1])]) == [None, None, None]


def test_which_texts_are_alike_does_not_depend_on_their_order() -> None:
    texts = [(str(n), bare(GOAL).replace("全市", f"全县第{n}片")) for n in range(40)]
    assert all(compared_texts(texts))
    assert all(compared_texts(texts[::-1]))
    assert alike(GOAL, GOAL[5:]) == alike(GOAL[5:], GOAL)


def test_two_texts_exactly_as_alike_as_the_limit_asks_are_alike() -> None:
    left, right = "一二三四五六七八九十", "一二三四五六七甲乙丙"
    # seven of ten; the float 0.7 is a little less
    assert alike(left, right, Decimal("0.7")) == Decimal("0.7")
    assert alike(left, right, Decimal("0.71")) == 0
    assert alike(left, left + right, Decimal("0.67")) == 0
    assert alike("", "", Decimal("0.9")) == 0


def test_texts_are_told_apart_by_characters_they_lack_only_below_the_limit() -> None:
    text, others = "".join(map(chr, range(0x4E00, 0x4E28))), "".join(map(chr, range(0x4E80, 0x4E85)))
    # four of forty characters replaced by others leave nine tenths, five do not
    four, five = text[:-4] + others[:4], text[:-5] + others
    assert compared_texts([("甲", text), ("乙", four)]) == [
        Twin("乙", Decimal("0.9"), 1),
        Twin("甲", Decimal("0.9"), 1),
    ]
    assert compared_texts([("甲", text), ("乙", five)]) == [None, None]
    # characters that look alike to the program are not the same for it
    posing = text[:-5] + "".join(chr(ord(character) + 512) for character in text[-5:])
    assert compared_texts([("甲", text), ("乙", posing)]) == [None, None]


class Counted(list[KeptCell]):
    """Cells that count how often they are gone through."""

    times = 0

    def __iter__(self) -> Iterator[KeptCell]:
        self.times += 1
        return super().__iter__()


def test_the_cells_of_a_unit_without_findings_are_gone_through_once() -> None:
    cells = {name: Counted(unit(name).asked) for name in TOWNS[:3]}
    results = compare([replace(unit(name), asked=asked) for name, asked in cells.items()])
    assert {name: found.findings for name, found in results.items()} == {name: [] for name in cells}
    assert verdict(results, TOWNS[0], "J129") is Verdict.UNCHECKED
    assert verdict(results, TOWNS[0], "G806") is Verdict.NOT_APPLICABLE
    assert {name: asked.times for name, asked in cells.items()} == dict.fromkeys(cells, 1)


def test_a_check_makes_something_of_the_cells_of_those_units_only_that_have_its_forms() -> None:
    whole = [unit(name) for name in TOWNS[:3]]
    bare_forms = replace(whole[0], unit="中和镇", places=(("项目自评表", PROJECT),))
    results = compare([bare_forms, *whole])
    assert verdict(results, "中和镇", "J129") is Verdict.NOT_APPLICABLE
    assert marks(results, "G802") == marks(compare(whole), "G802") == set()


def test_every_check_across_units_ends_somehow_on_every_unit_and_never_on_a_unit_alone() -> None:
    across = {check.id for check in rules().catalogue.values() if check.each == "批次"}
    assert across == {"J128", "J129", "G801", "G802", "G803", "G805", "G806"}
    results = compare([unit("永安镇"), unit("北盛镇")])
    assert {o.check for o in results["永安镇"].outcomes} == across
    assert not across & {o.check for o in checked(corrected()).outcomes}


def test_what_a_batch_finds_reaches_the_copy_the_list_and_the_counts(tmp_path: Path) -> None:
    for name in TOWNS[:5]:
        folder = tmp_path / "inbox" / name
        folder.mkdir(parents=True)
        clean_unit(folder / "附表.xlsx", name, seed=len(list(tmp_path.rglob("*.xlsx"))), projects=1)
    outputs = {}
    for engine in ("local", "process"):
        night = run_night(Settings(inbox=tmp_path / "inbox", outbox=tmp_path / engine, engine=engine))
        assert {(unit["unit"], unit["errors"]) for unit in night.units} == {(n, 0) for n in TOWNS[:5]}
        outputs[engine] = {
            p.relative_to(tmp_path / engine): p.read_bytes()
            for p in (tmp_path / engine).rglob("*")
            if p.is_file() and ".jixiao" not in p.parts
        }
    assert outputs["local"] == outputs["process"]
    lines = (tmp_path / "local" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    found = [record for record in map(json.loads, lines) if record["check"] == "J129"]
    assert {record["unit"] for record in found} == set(TOWNS[:5])
    for record in found:
        copy = read_workbook((tmp_path / "local" / "批注" / record["unit"] / "附表.xlsx").read_bytes(), "")
        results = next(sheet for sheet in copy.sheets if sheet.name == DETAILS_SHEET)
        assert record["message"] in {cell.raw for cell in results.cells.values()}
    counted = json.loads((tmp_path / "local" / "results.json").read_text(encoding="utf-8"))["units"]
    assert [u["hints"] for u in counted] == [
        sum(json.loads(line)["unit"] == u["unit"] and '"hint"' in line for line in lines) for u in counted
    ]


def roster(*names: str, department: str = "", code: str = "") -> tuple[RosterUnit, ...]:
    """These units; the first is the department of the others."""
    first, *others = names
    return (RosterUnit(first, code), *(RosterUnit(name, department=department or first) for name in others))


def test_who_has_not_reported_is_found_one_by_one_and_counted() -> None:
    known = roster("永安镇", "北盛镇", "龙伏镇")
    stand = Turnout(4, 1, (UnreadUnit(RosterUnit("官桥镇")),), known[1:], 0)
    everybody = (*known, RosterUnit("官桥镇"))
    results = run_across([unit("永安镇")], rules().catalogue, everybody, stand)
    # nobody is told to report what could not be read
    assert set(results) == {"永安镇", "北盛镇", "龙伏镇"}
    assert {n: [f.check for f in results[n].findings] for n in ("北盛镇", "龙伏镇")} == {
        "北盛镇": ["G801"],
        "龙伏镇": ["G801"],
    }
    finding = results["北盛镇"].findings[0]
    assert (finding.unit, finding.file, finding.sheet, finding.cell) == ("北盛镇", "", "", None)
    assert finding.message == "北盛镇未报送（应报4户，已报1户，读不了1户，未报2户）。"
    assert verdict(results, "永安镇", "G801") is Verdict.PASS


def test_when_all_have_reported_or_nobody_knows_who_must_nothing_is_missed() -> None:
    units = [unit("永安镇"), unit("北盛镇")]
    all_here = run_across(units, rules().catalogue, roster("永安镇", "北盛镇"))
    assert set(all_here) == {"永安镇", "北盛镇"}
    assert verdict(all_here, "北盛镇", "G801") is Verdict.PASS
    for check in ("G801", "G803"):
        assert verdict(compare(units), "北盛镇", check) is Verdict.NOT_APPLICABLE


#: 整体支出 of two units of 565.53 万元 each; the projects and 三公 of the two likewise
TOTAL: dict[str, str | float | int | None] = {
    f"{BASIC}!A2": "填报单位：永安镇（汇总）",
    f"{BASIC}!C20": 1131.06,
    f"{BASIC}!D20": 1131.06,
    f"{BASIC}!C12": 806,
    f"{BASIC}!D12": 806,
    f"{BASIC}!C6": 3.6,
    f"{BASIC}!D6": 1.9,
}


def county(edits: Edits, known: tuple[RosterUnit, ...]) -> dict[str, Compared]:
    units = [unit("永安镇", edits), unit("北盛镇"), unit("龙伏镇")]
    return run_across(units, rules().catalogue, known)


def test_a_department_s_total_is_the_sum_of_its_units() -> None:
    known = roster("永安镇", "北盛镇", "龙伏镇", department="901", code="901")
    assert verdict(county(TOTAL, known), "永安镇", "G803") is Verdict.PASS
    assert verdict(county(TOTAL, known), "北盛镇", "G803") is Verdict.NOT_APPLICABLE
    short = county({**TOTAL, f"{BASIC}!D20": 1100}, known)
    assert marks(short, "G803") == {("永安镇", BASIC, "D20")}
    finding = next(f for f in short["永安镇"].findings if f.check == "G803")
    assert finding.message == (
        "“永安镇”整体支出本年决算：汇总数1,100.00万元，与2个下属单位合计1,131.06万元不一致，相差31.06万元。"
    )


@pytest.mark.parametrize(("off", "verdict_is"), [("0.01", Verdict.PASS), ("0.02", Verdict.FAIL)])
def test_a_total_of_two_units_may_be_off_by_the_rounding_of_three_numbers(
    off: str, verdict_is: Verdict
) -> None:
    edits = {**TOTAL, f"{BASIC}!D20": float(Decimal("1131.06") - Decimal(off))}
    results = county(edits, roster("永安镇", "北盛镇", "龙伏镇"))
    assert verdict(results, "永安镇", "G803") is verdict_is


def test_a_total_above_its_units_may_hold_the_department_itself_unless_that_reports_too() -> None:
    more = {**TOTAL, f"{BASIC}!D20": 1200}
    open_results = county(more, roster("永安镇", "北盛镇", "龙伏镇"))
    assert marks(open_results, "G803") == set()
    assert verdict(open_results, "永安镇", "G803") is Verdict.UNCHECKED
    units = [unit("永安镇", more), unit("北盛镇"), unit("永安镇本级")]
    known = roster("永安镇", "北盛镇", "永安镇本级")
    assert marks(run_across(units, rules().catalogue, known), "G803") == {("永安镇", BASIC, "D20")}


def test_a_department_s_own_form_or_a_unit_still_missing_leaves_nothing_to_compare() -> None:
    known = roster("永安镇", "北盛镇", "龙伏镇")
    assert verdict(county({}, known), "永安镇", "G803") is Verdict.NOT_APPLICABLE
    missing = roster("永安镇", "北盛镇", "龙伏镇", "社港镇")
    results = county({**TOTAL, f"{BASIC}!D20": 1}, missing)
    assert marks(results, "G803") == set()
    assert verdict(results, "永安镇", "G803") is Verdict.UNCHECKED
