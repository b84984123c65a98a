"""The quick way of reading a sheet and the parser say the same, or the quick way says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batch.model.book import Cell, Kind
from batch.model.limits import Budget, Limits
from batch.workbook.package.package import Package
from batch.workbook.read import strings as shared_strings
from batch.workbook.read.cells import CellContext, Contents
from batch.workbook.read.sheet_parse import parse_sheet
from batch.workbook.read.sheet_scan import scan_sheet
from tests.workbook import handmade, rich
from tests.workbook.saved import made_by_openpyxl, made_by_xlsxwriter


def context() -> CellContext:
    return CellContext(
        {str(i): text for i, text in enumerate(("甲", "", " 乙 "))},
        {"": "General", "0": "General", "1": "0.00"},
        False,
        Budget(Limits()),
    )


def both(data: bytes) -> tuple[Contents | None, Contents]:
    return scan_sheet(data, context()), parse_sheet([data], "sheet", context())


@pytest.mark.parametrize("program", ["LibreOffice", "openpyxl", "XlsxWriter", "everything"])
def test_workbooks_of_common_programs_go_the_quick_way(program: str, sample: Path) -> None:
    """Without it a night takes five times as long."""
    programs: dict[str, Callable[[], bytes]] = {
        "LibreOffice": sample.read_bytes,
        "openpyxl": made_by_openpyxl,
        "XlsxWriter": made_by_xlsxwriter,
        "everything": rich.signed_workbook,
    }
    package = Package.open(programs[program]())
    sheets = [name for name in package.names() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    for name in sheets:
        quick, thorough = both(package.read(name))
        assert quick == thorough
    for name in package.names():
        if name.endswith("sharedStrings.xml"):
            assert shared_strings.scan_strings(package.read(name), package.budget) is not None


PLAIN_TEXT = st.text(st.sampled_from("甲a1 .%_x0D\n>\"']"), max_size=8).map(
    lambda text: text.replace("]]>", "")
) | st.sampled_from(["&amp;&lt;", "&#10;", "_x000D_", "_x0041_", "a\r\nb", "&#31532;&#65288;"])
ODD_TEXT = st.sampled_from(
    ["&#x41;", "&#128512;", "&#13;&#65533;", "<![CDATA[<c r=]]>", "<!-- -->1", "&#55000;"]
)


def pick(odd: bool, usual: list[str], unusual: list[str]) -> st.SearchStrategy[str]:
    """One of the usual spellings, in odd sheets one of the unusual as well."""
    return st.sampled_from(usual + unusual if odd else usual)


@st.composite
def elements(draw: st.DrawFn, odd: bool) -> str:
    """One cell in some spelling."""
    refs = ["A1", "B1", "C7", "AB12", "XFD1048576", "XFE1", "A1048577", "A0", "ZZZ9999999"]
    attrs = [f'r="{draw(pick(odd, refs, ["$A$1", "b2", "", "AAAA1"]))}"']
    if odd and draw(st.integers(0, 4)) == 0:
        attrs = []
    attrs.append(draw(pick(odd, ["", 's="1"', 's="9"'], ["s='1'", 's="x"'])))
    attrs.append(
        draw(
            pick(
                odd,
                ["", *(f't="{kind}"' for kind in ("n", "s", "str", "b", "e", "inlineStr", "d", "zz"))],
                ["t='s'"],
            )
        )
    )
    attrs.append(draw(pick(odd, ["", 'cm="1"'], ['x="1"'])))
    if odd and draw(st.integers(0, 4)) == 0:
        attrs.reverse()
    inside = draw(
        pick(
            odd,
            [
                "",
                "",
                '<f>SUM(A1:B2)&amp;"x"</f>',
                "<f/>",
                "<f></f>",
                '<f t="shared" ref="A1:B9" si="0">A1*$B$1</f>',
                '<f t="shared" si="0"/>',
                '<f t="shared" si="0" />',
                '<f aca="false">1+1</f>',
                '<f t="array" ref="A1:A2">A1:A2</f>',
                '<f t="dataTable" ref="A1:A2" r1="B1"/>',
            ],
            ["<f t='shared' si='0' />", '<f  ca="1">1</f>', "<f>1<!-- -->+1</f>"],
        )
    )
    number = st.sampled_from(
        [
            "0",
            "1",
            "2",
            "3",
            "-1",
            "01",
            "1.5",
            "-0.25",
            "1E3",
            "12,3",
            "NaN",
            " 7 ",
            "#REF!",
            "true",
            "2020-01-06",
        ]
    )
    value = draw(number | PLAIN_TEXT | ODD_TEXT if odd else number | PLAIN_TEXT)
    inside += draw(
        pick(
            odd,
            [
                "",
                f"<v>{value}</v>",
                f"<v>{value}</v>",
                f'<v xml:space="preserve">{value}</v>',
                "<v/>",
                "<v />",
                "<v></v>",
                f"<is><t>{value}</t></is>",
                f'<is><t xml:space="preserve">{value}</t></is>',
            ],
            [
                f"<is><r><t>{value}</t></r><rPh sb='0' eb='1'><t>y</t></rPh><r><t>z</t></r></is>",
                "<is/>",
                f"<v>{value}</v><extLst><ext/></extLst>",
                f"<v >{value}</v>",
            ],
        )
    )
    start = " ".join(["<c", *filter(None, attrs)])
    if not inside and draw(st.booleans()):
        return start + draw(st.sampled_from(["/>", " />"]))
    return f"{start}>{inside}</c>"


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """A well-formed worksheet; every third in spellings no common program writes."""
    odd = draw(st.integers(0, 2)) == 0
    gaps = pick(odd, [""], ["\n", " ", "\r\n", "<!-- 1 -->", "<?x y?>"])
    rows = []
    for number in range(draw(st.integers(0, 4))):
        attrs = draw(
            pick(
                odd,
                [
                    "",
                    ' hidden="1"',
                    ' hidden="false" ht="15"',
                    ' hidden="true" x="/" xml:space="default"',
                    ' spans="1:2" ',
                ],
                [" hidden='1'", ' hidden = "1"'],
            )
        )
        place = draw(pick(odd, [f' r="{number}"', ' r="7"'], ["", " r='5'", ' r="x"']))
        inside = draw(gaps) + "".join(draw(st.lists(elements(odd), max_size=4))) + draw(gaps)
        rows.append(f"<row{place}{attrs}>{inside}</row>" if inside else f"<row{place}{attrs}/>")
    before = draw(
        pick(
            odd,
            [
                "",
                '<cols><col min="2" max="3" hidden="1"/><col min="4" max="4"/></cols>',
                '<cols><col min="9" max="2" hidden="1" /></cols>',
                '<cols><col min="1" max="99999" hidden="true" width="0"/></cols>',
            ],
            [
                "<cols><col min='2' max='3' hidden='1'/></cols>",
                '<cols><col min="x" max="2" hidden="1"/></cols>',
                '<cols><col\tmin="1" max="2" hidden="1"/></cols>',
                '<cols><col hidden = "1" min="1" max="2"></col></cols>',
            ],
        )
    )
    after = draw(
        pick(
            odd,
            [
                "",
                '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="D9:C3" /></mergeCells>',
                '<mergeCells><mergeCell ref="A1:ZZZ9"/><mergeCell ref="B7"/></mergeCells>',
                "<extLst><ext><x:row xmlns:x='u'/></ext></extLst>",
            ],
            [
                "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>",
                '<mergeCells><mergeCell ref="$A$1:B2"/></mergeCells>',
                '<mergeCells><mergeCell\tref="A1:B2"/></mergeCells>',
                '<mergeCells><mergeCell  ref="A1:B2"></mergeCell></mergeCells>',
            ],
        )
    )
    prolog = draw(pick(odd, ["", '<?xml version="1.0" encoding="UTF-8"?>\r\n', "\ufeff"], ["<!-- x -->"]))
    return (prolog + handmade.sheet(draw(gaps).join(rows), before, after)).encode()


@settings(max_examples=150)
@given(sheets())
@example(handmade.sheet('<row r="1"><c r="A1"><v>1</v></c></row><c r="A2"><v>2</v></c>').encode())
@example(handmade.sheet("", after='<row r="1"><c r="A1"><v>1</v></c></row>').encode())
@example(handmade.sheet("", before='<row r="1" hidden="1"/>').encode())
@example(handmade.sheet("", after="<row><c><v>1</v></c></row>").encode())
@example(handmade.sheet('<row r="1"><c r="A1" t="str"><v>a\r\nb\r</v></c></row>').encode())
@example(handmade.sheet('<row r="1"><c r="B1"><v>1</v></c><c><v>2</v></c></row>').encode())
@example(handmade.sheet("", after='<!-- <mergeCells><mergeCell ref="A1:B2"/></mergeCells> -->').encode())
@example(handmade.sheet("", after='<?x <mergeCell ref="A1:B2"/> ?>').encode())
@example(handmade.sheet("", before='<!-- <cols><col min="1" max="1" hidden="1"/></cols> -->').encode())
@example(handmade.sheet('<row r="1"><c r="A1"><v>1</v></c></row>', before="<!-- <sheetData> -->").encode())
@example(handmade.sheet('<row r="1"><!-- </row></sheetData> --><c r="A1"><v>1</v></c></row>').encode())
@example(handmade.sheet('<row r="1"><c r="A1" t="str"><v><![CDATA[</v></c>]]></v></c></row>').encode())
def test_any_sheet_reads_the_same_both_ways(data: bytes) -> None:
    quick, thorough = both(data)
    assert quick is None or quick == thorough


TEXT = PLAIN_TEXT | ODD_TEXT


@settings(max_examples=100)
@given(
    st.lists(
        st.one_of(
            TEXT.map(lambda text: f"<si><t>{text}</t></si>"),
            TEXT.map(lambda text: f'<si><t xml:space="preserve">{text}</t></si>'),
            TEXT.map(lambda text: f"<si><r><rPr><b/></rPr><t>{text}</t></r><r><t>2</t></r></si>"),
            TEXT.map(lambda text: f'<si><t>{text}</t><rPh sb="0" eb="1"><t>y</t></rPh><phoneticPr/></si>'),
            st.sampled_from(
                ["<si/>", "<si></si>", "<si><t/></si>", "<si ><t >x</t ></si >", "<!-- x -->", "\n"]
            ),
        ),
        max_size=6,
    )
)
def test_shared_strings_read_the_same_both_ways(items: list[str]) -> None:
    data = f'<sst xmlns="{handmade.MAIN}">{"".join(items)}</sst>'
    plain = handmade.zipped({"a": data})
    commented = handmade.zipped({"a": data.replace("</sst>", "<!-- --></sst>")})
    quick = shared_strings.read_strings(Package.open(plain), "a")
    assert quick == shared_strings.read_strings(Package.open(commented), "a")


def test_the_quick_way_takes_large_sheets_in_blocks() -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" s="1"><v>{r}</v></c><c r="B{r}" s="1"/></row>' for r in range(1, 12_001)
    )
    quick, thorough = both(handmade.sheet(rows).encode())
    assert quick is not None
    assert quick == thorough
    assert quick.cells[12_000, 1] == Cell(12_000, 1, Kind.NUMBER, "12000", "0.00")
