"""Files made to bring the night down, and files broken at random: each is answered, and the rest is done."""

from __future__ import annotations

import io
import random
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.damage import bytes_damaged, package_damaged
from tests.paper import FILE, PACK, SAMPLE
from tests.workbook.handmade import package_of, parts, relationships, sheet, workbook, zipped

SHEETS = 10_000
CONTAINERS = Path(__file__).parent / "corpus" / "containers"
CHINESE = re.compile("[\u4e00-\u9fff]")
#: what Python and its libraries say when something breaks
FOREIGN = re.compile(r"Error|Exception|Traceback|line \d|not |invalid|cannot|File ")


def entities(prologue: str, text: str) -> bytes:
    """A small workbook whose sheet begins with a document type declaration."""
    body = sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')
    return package_of(sheet=f"<!DOCTYPE x [{prologue}]>{body}")


def entity_bomb() -> bytes:
    levels = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    return entities(f'<!ENTITY a "哈哈哈哈">{levels}', "&i;")


def many_sheets() -> bytes:
    names = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, SHEETS + 1))
    targets = relationships(*((f"r{n}", "worksheet", f"worksheets/s{n}.xml") for n in range(1, SHEETS + 1)))
    content = parts(
        {"xl/workbook.xml": workbook(f"<sheets>{names}</sheets>"), "xl/worksheets/sheet1.xml": None}
    )
    content["xl/_rels/workbook.xml.rels"] = targets
    blank = sheet('<row r="1"><c r="A1"><v>1</v></c></row>')
    content |= {f"xl/worksheets/s{n}.xml": blank for n in range(1, SHEETS + 1)}
    return zipped(content)


def twice() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in parts({}).items():
            package.writestr(name, text)
        with pytest.warns(UserWarning, match="Duplicate name"):
            package.writestr("xl/worksheets/sheet1.xml", sheet('<row r="1"><c r="A1"><v>2</v></c></row>'))
    return target.getvalue()


def hostile() -> dict[str, bytes]:
    """Every bad file by the name it lies in the inbox under."""
    good = SAMPLE.read_bytes()
    return {
        "压缩炸弹.xlsx": package_of(sheet=sheet('<row r="1"><c r="A1"/></row>' + " " * 300_000_000)),
        "实体炸弹.xlsx": entity_bomb(),
        "外部实体.xlsx": entities('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        "一万张表.xlsx": many_sheets(),
        "部件重复.xlsx": twice(),
        "没有复制完.xlsx": good[: len(good) // 2],
        "空文件.xlsx": b"",
        "空白.xls": b"\0" * 4096,
        "其实是扫描件.xlsx": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    }


def odd() -> dict[str, bytes]:
    """Files that are sound but look endless: they are read, and lack all forms."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ranges = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 100_001))
    rows += '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    return {
        "最远的单元格.xlsx": package_of(sheet=sheet(far, before='<dimension ref="A1:XFD1048576"/>')),
        "百万行区域.xlsx": package_of(sheet=sheet('<row r="1"><c r="A1"><v>1</v></c></row>', after=ranges)),
        "十万空行.xlsx": package_of(sheet=sheet(rows)),
    }


def answered(reason: str) -> bool:
    return len(CHINESE.findall(reason)) > 8 and not FOREIGN.search(reason)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A run over an inbox with all of them and the real submission."""
    root = tmp_path_factory.mktemp("night")
    shutil.copytree(SAMPLE.parent, root / "inbox" / SAMPLE.parent.name)
    for name, data in {**hostile(), **odd()}.items():
        (root / "inbox" / name).write_bytes(data)
    arguments = ["run", "--inbox", str(root / "inbox"), "--outbox", str(root / "out"), "--workers", "2"]
    return CliRunner().invoke(cli, arguments, prog_name="jixiao"), root / "out"


def test_the_night_ends_and_says_that_files_were_left(night: tuple[Result, Path]) -> None:
    result, _ = night
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_the_good_submission_is_done_as_if_it_were_alone(night: tuple[Result, Path], tmp_path: Path) -> None:
    _, out = night
    shutil.copytree(SAMPLE.parent, tmp_path / "inbox" / SAMPLE.parent.name)
    alone = ["run", "--inbox", str(tmp_path / "inbox"), "--outbox", str(tmp_path / "out")]
    assert CliRunner().invoke(cli, alone, prog_name="jixiao").exit_code == 0
    copy = Path("批注") / FILE
    assert (out / copy).read_bytes() == (tmp_path / "out" / copy).read_bytes()


@pytest.mark.parametrize("name", hostile())
def test_each_bad_file_is_answered_in_chinese(night: tuple[Result, Path], name: str) -> None:
    _, out = night
    answer = (out / "未处理" / f"{name}.txt").read_text(encoding="utf-8-sig")
    first, reason = answer.splitlines()
    assert first == name
    assert answered(reason), reason
    assert "程序出错" not in reason
    assert not list((out / "批注").rglob(name))


@pytest.mark.parametrize("name", odd())
def test_an_endless_looking_file_is_read_and_lacks_its_forms(night: tuple[Result, Path], name: str) -> None:
    _, out = night
    assert not (out / "未处理" / f"{name}.txt").exists()
    assert len(list((out / "批注").rglob(f"*{Path(name).stem}*.xlsx"))) == 1


def test_nothing_else_is_left_unprocessed(night: tuple[Result, Path]) -> None:
    _, out = night
    assert {path.name for path in (out / "未处理").iterdir()} == {f"{name}.txt" for name in hostile()}


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_is_a_unit_or_is_answered(seed: int) -> None:
    """A slice of what `python tools/fuzz.py` does by the thousand."""
    dice = random.Random(seed)
    files = [("坏.xlsx", package_damaged(SAMPLE.read_bytes(), dice)) for _ in range(10)]
    others = dice.sample(sorted(CONTAINERS.iterdir()), 3)
    files += [(f"坏{path.suffix}", bytes_damaged(path.read_bytes(), dice)) for path in others]
    for name, data in files:
        done = review_files(Bundle("", (Sent(name, 0, data),)), Context(PACK))
        assert done.troubles == []
        assert len(done.units) + len(done.unprocessed) == 1
        for _, reason in done.unprocessed:
            assert answered(reason), reason
        for unit in done.units:
            (copy,) = [path for path, _ in unit.copies if path.startswith("批注/")]
            assert copy.endswith("坏.xlsx")
