"""The house keeps its shape: who may import whom, where libraries live, how long a module is.

Each test lists every offence with file and line, so that one run shows all there is to mend.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from batch.model import status

ROOT = Path(__file__).parent.parent
BATCH = ROOT / "batch"

#: Room → rooms it may import, lowest first. A room is a folder, or a module directly under batch/.
#: A new room fails the test until it is placed here.
ARROWS: dict[str, set[str]] = {
    "model": set(),
    "forms": set(),
    "errors": {"model"},
    "config": {"errors", "model"},
    "workbook.package": {"errors", "model"},
    "engines": {"config"},
    "inbox": {"config", "errors", "model"},
    "forms.spec": {"config"},
    "store": {"forms.spec", "model"},
    "outbox": {"model", "store"},
    "workbook.read": {"model", "workbook.package"},
    "forms.locate": {"forms.spec", "model"},
    "workbook.formulas": {"model", "workbook.read"},
    "workbook.legacy": {"model", "workbook.package", "workbook.read"},
    "forms.read": {"forms.locate", "forms.spec", "model", "workbook.read"},
    "workbook.annotate": {"model", "workbook.formulas", "workbook.package", "workbook.read"},
    "report": {"forms.locate", "forms.spec", "model", "workbook.legacy", "workbook.package"},
    "forms.template": {"config", "forms.locate", "forms.read", "forms.spec", "model"},
    "workbook": {"model", "workbook.annotate", "workbook.legacy", "workbook.package", "workbook.read"},
    "checks.engine": {"config", "forms.locate", "forms.read", "forms.spec", "model", "report"},
    "roster": {
        "config",
        "errors",
        "forms.locate",
        "forms.read",
        "forms.spec",
        "forms.template",
        "model",
        "workbook",
        "workbook.formulas",
        "workbook.read",
    },
    "clerk_book": {
        "checks.engine",
        "config",
        "errors",
        "forms.spec",
        "forms.template",
        "model",
        "outbox",
        "roster",
        "workbook",
        "workbook.annotate",
        "workbook.formulas",
        "workbook.read",
    },
    "checks.rules": {
        "checks.engine",
        "config",
        "forms.locate",
        "forms.read",
        "forms.spec",
        "model",
        "report",
    },
    "returns": {
        "checks.engine",
        "model",
        "outbox",
        "workbook",
        "workbook.annotate",
        "workbook.formulas",
        "workbook.package",
    },
    "scoring": {"checks.engine", "config", "forms.read", "forms.spec", "model"},
    "start": {"clerk_book", "config", "forms.spec", "forms.template", "roster"},
    "checks": {"checks.engine", "checks.rules", "config", "forms.spec", "model", "report"},
    "exports": {"checks.engine", "model"},
    "figures": {"checks.engine", "config", "forms.spec", "model"},
    "repair": {"checks", "checks.engine", "config", "forms.spec", "model", "report", "workbook.formulas"},
    "rollup.parts": {
        "checks.engine",
        "figures",
        "forms.spec",
        "model",
        "outbox",
        "store",
        "workbook",
    },
    "unit": {
        "checks",
        "checks.engine",
        "clerk_book",
        "config",
        "engines",
        "errors",
        "figures",
        "forms.locate",
        "forms.read",
        "forms.spec",
        "forms.template",
        "inbox",
        "model",
        "outbox",
        "repair",
        "report",
        "returns",
        "rollup.parts",
        "roster",
        "scoring",
        "store",
        "workbook",
        "workbook.annotate",
        "workbook.formulas",
    },
    "mail": {"config", "errors", "model", "outbox", "returns", "store", "workbook"},
    "rollup.sheets": {
        "checks.engine",
        "config",
        "figures",
        "forms.spec",
        "forms.template",
        "model",
        "outbox",
        "rollup.parts",
        "workbook",
    },
    "rollup": {
        "errors",
        "figures",
        "outbox",
        "rollup.parts",
        "rollup.sheets",
        "workbook",
    },
    "outputs": {
        "clerk_book",
        "config",
        "exports",
        "model",
        "outbox",
        "rollup",
        "rollup.parts",
        "roster",
        "store",
        "unit",
        "workbook",
    },
    "night": {
        "clerk_book",
        "config",
        "engines",
        "figures",
        "inbox",
        "model",
        "outbox",
        "outputs",
        "report",
        "roster",
        "store",
        "unit",
    },
    "run": {
        "config",
        "engines",
        "errors",
        "inbox",
        "model",
        "night",
        "outbox",
        "outputs",
        "roster",
        "store",
        "unit",
    },
    "demo": {
        "config",
        "forms.read",
        "forms.spec",
        "forms.template",
        "model",
        "night",
        "outputs",
        "roster",
        "start",
        "workbook.annotate",
        "workbook.read",
    },
    "draft": {
        "checks",
        "checks.engine",
        "config",
        "engines",
        "errors",
        "forms.locate",
        "forms.read",
        "forms.spec",
        "forms.template",
        "inbox",
        "model",
        "night",
        "outputs",
        "unit",
        "workbook",
        "workbook.formulas",
        "workbook.read",
    },
    "watch": {"config", "errors", "inbox", "outbox", "run"},
    "app": {
        "checks.engine",
        "clerk_book",
        "config",
        "demo",
        "draft",
        "engines",
        "errors",
        "exports",
        "forms.template",
        "inbox",
        "mail",
        "model",
        "outputs",
        "outbox",
        "returns",
        "roster",
        "run",
        "start",
        "unit",
        "watch",
    },
    "__main__": {"app"},
}

#: Library → where it may be imported, and only inside a function, so that the program starts quickly.
LIBRARIES: dict[str, list[str]] = {
    "xlsxwriter": [
        "workbook/*",
        "rollup/*",
        "returns/rebuilt_copy.py",
        "forms/template/*",
        "roster/blank.py",
        "draft/question_book.py",
        "clerk_book/blank.py",
    ],
    "openpyxl": ["workbook/*", "inbox/*"],
    "pandas": ["rollup/*", "checks/engine/across.py", "checks/rules/g_*.py"],
    "lxml": ["workbook/*"],
    "docx": ["report/*"],
    "dask": ["engines/*"],
    "distributed": ["engines/*"],
    "watchfiles": ["watch/*"],
    "jinja2": ["mail/render.py"],
}

MAX_LINES = 300
MAX_PARAMETERS = 6

#: A home or work folder of the machine somebody worked on.
MACHINE_PATH = re.compile(r"(?<![\w.\-])/(?:home|root|work|Users)/[\w.]|\b[A-Z]:\\Users\\")
#: An index packages came from: the lock must install from wherever the reader's pip is set to look.
REGISTRY = re.compile(r"https?://[^\s/]*(?:pypi|pythonhosted)|https?://\S+/simple\b|--(?:extra-)?index-url\b")


@cache
def modules() -> dict[str, Path]:
    """All modules of the package by dotted name."""
    found = {}
    for path in sorted(BATCH.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    assert "batch" in found
    return found


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of a module, lazy ones and those for types included: (statement, dotted name).

    `from batch.model import book` gives batch.model.book where that is a module, else batch.model.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield node, inner if inner in modules() else node.module


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported; not functions, not `if TYPE_CHECKING`."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from at_import(node.orelse)
            continue
        yield node
        for name in ("body", "orelse", "finalbody"):
            yield from at_import(getattr(node, name, []))
        for handler in getattr(node, "handlers", []):
            yield from at_import(handler.body)


def room(module: str) -> str:
    """The room a module stands in: its folder, or its own name for one that lies directly under batch/."""
    if modules()[module].name == "__init__.py":
        return module.partition(".")[2]
    folder = module.rpartition(".")[0]
    return folder.partition(".")[2] or module.partition(".")[2]


def top(module: str) -> str:
    """The room a module stands in as others see it: workbook for batch.workbook.read.cells."""
    return room(module).partition(".")[0]


@cache
def doors(name: str) -> frozenset[str]:
    """The modules of a room that outsiders may import, as its docstring names them."""
    text = ast.get_docstring(tree(modules()[f"batch.{name}"])) or ""
    _, _, listed = text.partition("Doors: ")
    return frozenset(word.strip(" .\n") for word in listed.split(",") if word.strip(" .\n"))


def place(path: Path, node: ast.AST | None = None) -> str:
    """File and line, as an editor opens them."""
    return f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}"


def inner() -> Iterator[tuple[str, Path, ast.stmt, str]]:
    """Every import from another room of ours: (importer, its file, statement, imported)."""
    ours = modules().keys() - {"batch"}
    for name in ours:
        for node, imported in imports(modules()[name]):
            if imported in ours and room(imported) != room(name):
                yield name, modules()[name], node, imported


def test_every_room_has_its_place() -> None:
    unplaced = {name for name in map(room, modules()) if name and name not in ARROWS}
    assert not unplaced, f"place these rooms in ARROWS: {sorted(unplaced)}"


def test_the_table_of_arrows_has_no_way_back() -> None:
    for name, below in ARROWS.items():
        assert below <= set(ARROWS), name
    TopologicalSorter(ARROWS).prepare()


def test_arrows_go_one_way() -> None:
    wrong = [
        f"{place(path, node)} {room(name)} must not import {imported}"
        for name, path, node, imported in inner()
        if room(imported) not in ARROWS[room(name)]
    ]
    assert not wrong, "\n".join(wrong)


def test_no_arrow_is_left_over() -> None:
    used = {(room(name), room(imported)) for name, _, _, imported in inner()}
    idle = [(name, below) for name, rooms in ARROWS.items() for below in rooms if (name, below) not in used]
    assert not idle, f"nobody goes this way any more: {idle}"


def test_outsiders_come_in_by_the_doors() -> None:
    wrong = [
        f"{place(path, node)} {imported} is no door of {room(imported)}"
        for name, path, node, imported in inner()
        if top(imported) != top(name)
        and top(imported) != imported.partition(".")[2]
        and imported.rpartition(".")[2] not in doors(room(imported))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_door_is_used() -> None:
    used = {imported for name, _, _, imported in inner() if top(imported) != top(name)}
    shut = [
        f"{name}: {door}"
        for name in ARROWS
        if f"batch.{name}" in modules() and modules()[f"batch.{name}"].name == "__init__.py"
        for door in sorted(doors(name))
        if f"batch.{name}.{door}" not in used
    ]
    assert not shut, f"no outsider comes in here; take it from the docstring: {shut}"


def test_no_module_imports_itself_through_others() -> None:
    graph = {
        name: {imported for _, imported in imports(path) if imported in modules() and imported != name}
        for name, path in modules().items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    outside = [
        place(path, node)
        for path in modules().values()
        for node, imported in imports(path)
        if imported.split(".")[0] == library
        and not any(fnmatch(path.relative_to(BATCH).as_posix(), allowed) for allowed in LIBRARIES[library])
    ]
    assert not outside, f"{library} is imported outside {LIBRARIES[library]}: {outside}"


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    eager = [
        f"{place(path, node)} {imported}"
        for path in modules().values()
        for at_once in [set(at_import(tree(path).body))]
        for node, imported in imports(path)
        if node in at_once and imported.split(".")[0] in LIBRARIES
    ]
    assert not eager, f"import inside the function that needs it: {eager}"


def test_the_command_line_starts_without_heavy_libraries() -> None:
    program = "import json, sys, batch.app.cli; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    heavy = {*LIBRARIES, "numpy", "docx", "watchfiles"} & set(json.loads(done.stdout))
    assert not heavy, (
        f"importing batch.app.cli imports {sorted(heavy)}; see python -X importtime -c 'import batch.app.cli'"
    )


def test_everything_public_says_what_it_is() -> None:
    silent = []
    for path in modules().values():
        if not ast.get_docstring(tree(path)):
            silent.append(place(path))
        silent += [f"{place(path, node)} {name}" for name, node in undocumented(tree(path).body)]
    assert not silent, "without a docstring:\n" + "\n".join(silent)


def undocumented(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """Public classes, functions and methods without a docstring; overrides inherit theirs."""
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
        if node.name.startswith("_") or marks & {"override", "overload", "setter"}:
            continue
        name = owner + node.name
        if not ast.get_docstring(node):
            yield name, node
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, f"{name}.")


def test_no_public_class_is_called_like_another() -> None:
    found: dict[str, list[str]] = {}
    for path in modules().values():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(place(path, node))
    twice = {name: places for name, places in found.items() if len(places) > 1}
    assert not twice, f"one word, one thing: {twice}"


def test_no_module_is_too_long_to_hold_in_the_head() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules().values()
    }
    long = {name: lines for name, lines in lengths.items() if lines > MAX_LINES}
    assert not long, f"over {MAX_LINES} lines, so more than one job: {long}"


def test_no_function_asks_for_more_than_six_things() -> None:
    crowded = [
        f"{place(path, node)} {node.name}"
        for path in modules().values()
        for node, is_method in functions(tree(path))
        if len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs) - is_method > MAX_PARAMETERS
    ]
    assert not crowded, (
        f"over {MAX_PARAMETERS} parameters; put what belongs together into a dataclass: {crowded}"
    )


def functions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    """All functions of a module, and whether each is a method, whose first parameter is no choice."""
    methods = {
        id(node) for owner in ast.walk(module) if isinstance(owner, ast.ClassDef) for node in owner.body
    }
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, id(node) in methods


def test_a_check_stands_in_a_module_of_its_family() -> None:
    """From the id one knows where to look: J101 is registered in a j_….py."""
    registered = re.compile(r'^@(?:check|across)\("([A-Z])\d{3}"', re.MULTILINE)
    strangers = [
        f"{place(path)} {found[0]}"
        for name, path in modules().items()
        if room(name) == "checks.rules"
        for found in registered.finditer(path.read_text(encoding="utf-8"))
        if not path.name.startswith(f"{found[1].lower()}_")
    ]
    assert not strangers, f"move each to a module of its letter: {strangers}"


def test_what_the_system_refuses_is_told_in_chinese() -> None:
    """Its own words come in the language it was installed in: one module turns them into ours."""
    raw = [
        place(path, node)
        for name, path in modules().items()
        if name != "batch.errors"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "strerror"
    ]
    assert not raw, "use batch.errors:\n" + "\n".join(raw)


def test_text_files_are_opened_in_utf_8_everywhere() -> None:
    """Without an encoding Windows would take that of its code page."""
    plain = [
        place(path, call)
        for folder in (BATCH, ROOT / "tools")
        for path in sorted(folder.rglob("*.py"))
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and opens_text(call)
    ]
    assert not plain, "without an encoding:\n" + "\n".join(plain)


def opens_text(call: ast.Call) -> bool:
    """Whether a call reads or writes text in whatever encoding the system has."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if any(keyword.arg == "encoding" for keyword in call.keywords) or len(call.args) > 1:
        return False
    if name in ("run", "Popen"):
        return any(keyword.arg in ("text", "universal_newlines") for keyword in call.keywords)
    return (name == "read_text" and not call.args) or name == "write_text"


def test_states_and_severities_are_written_once() -> None:
    """Their words are taken from model/status.py, so that none is misspelt and their order is one."""
    words = {*status.SEVERITY_WORDS, *(verdict.value for verdict in status.Verdict), *status.UNIT_STATUSES}
    words |= {status.IN_FORCE, status.ON_TRIAL, status.SWITCHED_OFF}
    words |= {status.EXPLAINED, status.EXPIRED, status.REJECTED, status.WAIVED}
    again = [
        f"{place(path, node)} {node.value}"
        for name, path in modules().items()
        if name != "batch.model.status"
        for within in [{id(part) for text in ast.walk(tree(path)) for part in pieces_of(text)}]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in words and id(node) not in within
    ]
    assert not again, "\n".join(again)


def pieces_of(node: ast.AST) -> list[ast.expr]:
    """The pieces of a text with values in it: they are a sentence, whatever word it begins with."""
    return node.values if isinstance(node, ast.JoinedStr) else []


def test_findings_are_made_in_one_place() -> None:
    made = {
        path.relative_to(BATCH).as_posix()
        for path in modules().values()
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding"
    }
    assert made == {"checks/engine/check_result.py"}


def test_no_file_names_the_machine_it_was_written_on() -> None:
    named = [
        f"{path.relative_to(ROOT).as_posix()}:{number} {found[0]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for found in [MACHINE_PATH.search(line) or REGISTRY.search(line)]
        if found
    ]
    assert not named, "\n".join(named)


def text_files() -> Iterator[Path]:
    """All text files of the repository, those not yet committed included."""
    # safe.directory: a checkout may belong to somebody else than the one who runs the tests
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name]
    assert Path(__file__) in paths
    for path in paths:
        if path.is_file() and b"\0" not in path.read_bytes()[:8000]:
            yield path


@pytest.mark.parametrize(
    # in pieces, so that the search does not find this table
    "pieces",
    [
        ("/home", "/anna/x"),
        ('"/work', '/main"'),
        ("D:", r"\Users", r"\li"),
        ("--extra", "-index-url x"),
        ("https://py", "pi.example.org/"),
        ("http://mirror.example.org", "/simple/"),
    ],
)
def test_the_search_for_machine_names_finds_them(pieces: tuple[str, ...]) -> None:
    line = "".join(pieces)
    assert MACHINE_PATH.search(line) or REGISTRY.search(line)


@pytest.mark.parametrize("line", ["https://example.org/home/x", "inbox/work/a.xlsx", "--no-emit-index-url"])
def test_the_search_for_machine_names_leaves_others_alone(line: str) -> None:
    assert not MACHINE_PATH.search(line)
    assert not REGISTRY.search(line)
