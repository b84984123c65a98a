"""Make tests/corpus/containers: the sample submission in every container a unit may send it in.

    python tools/make_containers.py

Needs LibreOffice, which the tests do not: they read what this leaves behind. To the four forms it adds
one sheet with what a file may hold beside text and numbers, a hidden sheet, a hidden row and a hidden column.
LibreOffice dates what it writes, so every run gives other bytes; run it only to add a container.
"""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "inbox" / "浏阳市数据资源中心" / "浏阳市数据资源中心_2020.xlsx"
TARGET = ROOT / "tests" / "corpus" / "containers"
#: opens the fixtures with a password, all of them
PASSWORD = "ce-shi-2020"  # noqa: S105 - of test files
#: Excel protects a workbook against changes by encrypting it with this, and opens it without asking
READ_ONLY = "VelvetSweatshop"
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub SaveLocked(source, target, filter, password)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  Dim saving(1) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName"
  saving(0).Value = filter
  saving(1).Name = "Password"
  saving(1).Value = password
  document.storeToURL(ConvertToURL(target), saving())
  document.close(True)
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Module1"/>
</library:library>
"""
#: comma, quote, UTF-8, all cells as they are shown
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


def source(path: Path) -> None:
    """The workbook all others are made from, its formulas not yet calculated."""
    from openpyxl import load_workbook
    from openpyxl.worksheet.worksheet import Worksheet

    book = load_workbook(SAMPLE)
    sheet = book.create_sheet("补充")
    assert isinstance(sheet, Worksheet)
    rows: list[list[object]] = [
        ["项目", "数", "率", "日期", "说明"],
        ["甲", 1234.5, 0.8667, dt.date(2020, 12, 31), "是\n两行"],
        ["乙", "=B2*2", "=1/0", "=NA()", '="第"&B2'],
        ["丙（隐藏行）", 7, 1, None, True],
        ["丁", -3, 0.05, dt.datetime(2020, 6, 1, 18, 0), "007"],  # noqa: DTZ001 - workbooks know no zones
        ["  空  格  ", 0.1, None, None, '=""'],
        ["合计", "=SUM(B2:B5)", None, None, "=B2>1"],
    ]
    for row in rows:
        sheet.append(row)
    for number in range(2, 8):
        sheet.cell(number, 2).number_format = "#,##0.00"
        sheet.cell(number, 3).number_format = "0.00%"
        sheet.cell(number, 4).number_format = 'yyyy"年"m"月"d"日"' if number != 5 else "yyyy-mm-dd hh:mm"
    sheet.merge_cells("A9:C10")
    sheet["A9"] = "合并的说明"
    sheet["G2"] = "隐藏列"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["G"].hidden = True
    hidden = book.create_sheet("隐藏表")
    assert isinstance(hidden, Worksheet)
    hidden["B2"] = 42
    hidden.sheet_state = "hidden"
    book.save(path)


def convert(file: Path, to: str, target: Path) -> None:
    """Let LibreOffice save `file` in a format, as `target`."""
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as out:
        _office(profile, "--convert-to", to, "--outdir", out, str(file))
        (made,) = Path(out).iterdir()
        target.write_bytes(made.read_bytes())


def lock(file: Path, filter_name: str, password: str, target: Path) -> None:
    """Let LibreOffice save `file` with an open password, which its command line cannot."""
    with tempfile.TemporaryDirectory() as profile:
        # the first start lays out the profile, with an empty library for macros
        _office(profile, "--terminate_after_init")
        library = Path(profile, "user", "basic", "Standard")
        (library / "Module1.xba").write_text(_MODULE, encoding="utf-8")
        (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
        call = f'macro:///Standard.Module1.SaveLocked("{file}","{target}","{filter_name}","{password}")'
        _office(profile, call)
    if not target.is_file():
        raise SystemExit(f"{target.name}: LibreOffice did not write it")


def encrypt(file: Path, password: str, target: Path) -> None:
    """An .xlsx with an open password, encrypted as Excel does it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    made = io.BytesIO()
    OOXMLFile(io.BytesIO(file.read_bytes())).encrypt(password, made)
    target.write_bytes(made.getvalue())


def only(file: Path, sheet: str, target: Path) -> None:
    """The workbook with one of its sheets: HTML and CSV files hold no more."""
    from openpyxl import load_workbook

    book = load_workbook(file, data_only=True)
    for name in book.sheetnames:
        if name != sheet:
            del book[name]
    book.save(target)


def main() -> int:
    """Make all fixtures anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draft, one = folder / "draft.xlsx", folder / "one.xlsx"
        source(draft)
        reference = TARGET / "forms.xlsx"
        convert(draft, "xlsx:Calc MS Excel 2007 XML", reference)
        convert(draft, "xls:MS Excel 97", TARGET / "forms.xls")
        convert(reference, "ods:calc8", TARGET / "forms.ods")
        for sheet, stem in (("基础数据表", "basic"), ("整体支出自评表", "whole")):
            only(reference, sheet, one)
            convert(one, "html:HTML (StarCalc)", TARGET / f"{stem}.html")
            convert(one, _CSV, TARGET / f"{stem}.csv")
        encrypt(reference, PASSWORD, TARGET / "locked.xlsx")
        encrypt(reference, READ_ONLY, TARGET / "read-only.xlsx")
        lock(reference, "MS Excel 97", PASSWORD, TARGET / "locked.xls")
        lock(reference, "MS Excel 97", READ_ONLY, TARGET / "read-only.xls")
        lock(reference, "calc8", PASSWORD, TARGET / "locked.ods")
    for file in sorted(TARGET.iterdir()):
        print(f"{file.stat().st_size:8} {file.name}")
    return 0


def _office(profile: str, *arguments: str) -> None:
    command = ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, *arguments], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    sys.exit(main())
