"""The quick way of reading a sheet and the parser say the same, or the quick way says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batch.model.book import Cell, Kind
from batch.workbook import strings as shared_strings
from batch.workbook.cells import Contents, Context
from batch.workbook.limits import Budget, Limits
from batch.workbook.package import Package
from batch.workbook.sheetparse import parse_sheet
from batch.workbook.sheetscan import scan_sheet
from tests.workbook import handmade, rich
from tests.workbook.test_reader import made_by_openpyxl, made_by_xlsxwriter


def context() -> Context:
    return Context(
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
    data = {
        "LibreOffice": sample.read_bytes,
        "openpyxl": made_by_openpyxl,
        "XlsxWriter": made_by_xlsxwriter,
        "everything": rich.signed_workbook,
    }[program]()
    package = Package.open(data)
    sheets = [name for name in package.names() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    for name in sheets:
        quick, thorough = both(package.read(name))
        assert quick == thorough
    texts = package.read("xl/sharedStrings.xml")
    assert shared_strings.scan_strings(texts, package.budget) is not None


BREAKS = st.sampled_from(["", "", "", "\n", " ", "\r\n", "<!-- 1 -->", "<?x y?>"])
TEXTS = st.text(st.sampled_from("甲a1 .%_x0D\n\t>\"']"), max_size=8).map(
    lambda text: text.replace("]]>", "").replace("&", "&amp;")
) | st.sampled_from(
    ["&amp;&lt;", "&#10;", "_x000D_", "_x0041_", "]", "&gt;", "a\r\nb", "&#x41;", "<![CDATA[<c r=]]>"]
)
VALUES = st.one_of(
    st.sampled_from(
        ["0", "1", "2", "3", "-1", "01", "1.5", "-0.25", "1E3", "12,3", "NaN", " 7 ", "#REF!", "true"]
    ),
    TEXTS,
)


@st.composite
def elements(draw: st.DrawFn) -> str:
    """One cell in some spelling."""
    ref = draw(
        st.sampled_from(["A1", "B1", "C7", "AB12", "XFD1048576", "XFE1", "A1048577", "A0", "$A$1", "b2"])
    )
    attrs = [f'r="{ref}"']
    if draw(st.integers(0, 9)) == 0:
        attrs = []
    attrs += draw(st.sampled_from([[], ['s="1"'], ['s="9"'], ["s='1'"]]))
    kind = draw(st.sampled_from(["", "", "n", "s", "str", "b", "e", "inlineStr", "d", "zz"]))
    attrs += [f't="{kind}"'] if kind else []
    attrs += draw(st.sampled_from([[], [], [], ['cm="1"'], ['x="1"']]))
    if draw(st.integers(0, 9)) == 0:
        attrs.reverse()
    inside = ""
    if draw(st.booleans()):
        inside += draw(
            st.sampled_from(
                [
                    '<f>SUM(A1:B2)&amp;"x"</f>',
                    "<f/>",
                    "<f></f>",
                    '<f t="shared" ref="A1:B9" si="0">A1*$B$1</f>',
                    '<f t="shared" si="0"/>',
                    '<f aca="false">1+1</f>',
                    '<f t="array" ref="A1:A2">A1:A2</f>',
                    "<f t='shared' si='0' />",
                    '<f t="dataTable" ref="A1:A2" r1="B1"/>',
                ]
            )
        )
    value = draw(VALUES)
    inside += draw(
        st.sampled_from(
            [
                "",
                f"<v>{value}</v>",
                f"<v>{value}</v>",
                f"<v>{value}</v>",
                f'<v xml:space="preserve">{value}</v>',
                "<v/>",
                "<v />",
                "<v></v>",
                f"<is><t>{value}</t></is>",
                f'<is><t xml:space="preserve">{value}</t></is>',
                f"<is><r><t>{value}</t></r><rPh sb='0' eb='1'><t>y</t></rPh><r><t>z</t></r></is>",
                "<is/>",
                f"<v>{value}</v><extLst><ext/></extLst>",
            ]
        )
    )
    start = " ".join(["<c", *attrs])
    if not inside and draw(st.booleans()):
        return start + draw(st.sampled_from(["/>", " />"]))
    return f"{start}>{inside}</c>"


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """A well-formed worksheet, mostly of the usual shape."""
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        attrs = draw(
            st.sampled_from(
                ["", ' r="1"', ' r="2" hidden="1"', ' r="3" hidden="false" ht="15"', ' r="4" hidden="true" x="/"',
                 " r='5' hidden='1'", ' r="0" hidden="1"', ' hidden="1" r="7"', ' r="8" hidden = "1"']
            )
        )  # fmt: skip
        inside = draw(BREAKS) + "".join(draw(st.lists(elements(), max_size=4))) + draw(BREAKS)
        rows.append(f"<row{attrs}>{inside}</row>" if inside or draw(st.booleans()) else f"<row{attrs}/>")
    before = draw(
        st.sampled_from(
            [
                "",
                '<cols><col min="2" max="3" hidden="1"/><col min="4" max="4"/></cols>',
                "<cols><col min='2' max='3' hidden='1'/></cols>",
                '<cols><col min="9" max="2" hidden="1" /></cols>',
                '<cols><col min="x" max="2" hidden="1"/></cols>',
                '<cols><col hidden = "1" min="1" max="2"></col></cols>',
            ]
        )
    )
    after = draw(
        st.sampled_from(
            [
                "",
                '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="D9:C3" /></mergeCells>',
                "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>",
                '<mergeCells><mergeCell ref="A1:ZZZ9"/><mergeCell ref="$A$1:B2"/></mergeCells>',
                '<mergeCells><mergeCell  ref="A1:B2"></mergeCell></mergeCells>',
                "<extLst><ext><x:row xmlns:x='u'/></ext></extLst>",
            ]
        )
    )
    prolog = draw(st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>\r\n', "\ufeff", "<!-- x -->"]))
    return (prolog + handmade.sheet(draw(BREAKS).join(rows), before, after)).encode()


@settings(max_examples=600)
@given(sheets())
@example(handmade.sheet('<row r="1"><c r="A1"><v>1</v></c></row><c r="A2"><v>2</v></c>').encode())
@example(handmade.sheet("", after='<row r="1"><c r="A1"><v>1</v></c></row>').encode())
@example(handmade.sheet("", before='<row r="1" hidden="1"/>').encode())
@example(handmade.sheet('<row r="1"><c r="A1" t="str"><v>a\r\nb\r</v></c></row>').encode())
@example(handmade.sheet('<row r="1"><c r="B1"><v>1</v></c><c><v>2</v></c></row>').encode())
def test_any_sheet_reads_the_same_both_ways(data: bytes) -> None:
    quick, thorough = both(data)
    assert quick is None or quick == thorough


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            TEXTS.map(lambda text: f"<si><t>{text}</t></si>"),
            TEXTS.map(lambda text: f'<si><t xml:space="preserve">{text}</t></si>'),
            TEXTS.map(lambda text: f"<si><r><rPr><b/></rPr><t>{text}</t></r><r><t>2</t></r></si>"),
            TEXTS.map(lambda text: f'<si><t>{text}</t><rPh sb="0" eb="1"><t>y</t></rPh><phoneticPr/></si>'),
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
