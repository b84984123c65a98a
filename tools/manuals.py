"""The manuals as pages that any browser opens, for the release folder: nobody there reads Markdown.

    python tools/manuals.py --out DIR

What a manual links to inside docs/ comes with it; links to anything else of the repository become plain text.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt

DOCS = Path(__file__).parent.parent / "docs"
#: the manuals; whatever they link to is a page as well
FIRST = ("操作手册.md", "填报说明.md")
_PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font-family:"Microsoft YaHei","Noto Sans CJK SC",sans-serif;line-height:1.7;max-width:56em;
margin:2em auto;padding:0 1em;color:#222}}img{{max-width:100%;border:1px solid #ddd}}
table{{border-collapse:collapse}}td,th{{border:1px solid #bbb;padding:.3em .6em;text-align:left}}
code,pre{{background:#f4f4f4}}pre{{padding:.8em;overflow-x:auto}}</style></head>
<body>
{body}</body></html>
"""
_LINK = re.compile(r'<a href="([^"]+)">(.*?)</a>', re.DOTALL)
_HEADING = re.compile(r"<h([1-4])>(.*?)</h\1>")
_PICTURE = re.compile(r'<img src="([^"]+)"')


def write_manuals(out: Path) -> list[str]:
    """Write the pages with their pictures and files below `out`; returns the names of the pages."""
    out.mkdir(parents=True, exist_ok=True)
    waiting, pages = list(FIRST), list[str]()
    while waiting:
        name = waiting.pop(0)
        page = f"{name.removesuffix('.md')}.html"
        if page in pages:
            continue
        pages.append(page)
        body, found = _rendered(name, out)
        waiting += found
        target = out / page
        target.parent.mkdir(parents=True, exist_ok=True)
        title = Path(name).stem
        target.write_text(_PAGE.format(title=title, body=body), encoding="utf-8", newline="\n")
    return pages


def _rendered(name: str, out: Path) -> tuple[str, list[str]]:
    """The body of one page, and the further documents it leads to."""
    folder = (DOCS / name).parent
    found: list[str] = []

    def place(target: str) -> Path | None:
        """A file of docs/ that a link means."""
        path = (folder / unquote(target.partition("#")[0])).resolve()
        return path if path.is_file() and path.is_relative_to(DOCS.resolve()) else None

    def link(match: re.Match[str]) -> str:
        target, text = match[1], match[2]
        if target.startswith(("#", "http://", "https://")):
            return match[0]
        path = place(target)
        if path is None:
            return text
        relative = path.relative_to(DOCS.resolve()).as_posix()
        if path.suffix == ".md":
            found.append(relative)
            return f'<a href="{target.replace(".md", ".html")}">{text}</a>'
        _copy(path, out / relative)
        return match[0]

    def picture(match: re.Match[str]) -> str:
        path = place(match[1])
        if path is not None:
            _copy(path, out / path.relative_to(DOCS.resolve()))
        return match[0]

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(_text(name))
    html = _HEADING.sub(lambda m: f'<h{m[1]} id="{_anchor(m[2])}">{m[2]}</h{m[1]}>', html)
    return _PICTURE.sub(picture, _LINK.sub(link, html)), found


def _text(name: str) -> str:
    """A document without its remarks, which are for the tests."""
    return re.sub(r"<!--.*?-->\n?", "", (DOCS / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def _anchor(heading: str) -> str:
    """What links call a heading, as on the pages where the documents are read otherwise."""
    words = re.sub(r"<[^>]+>", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def main() -> int:
    """Write the pages; returns the exit status."""
    parser = argparse.ArgumentParser(description="the manuals as pages")
    parser.add_argument("--out", type=Path, required=True)
    print("\n".join(write_manuals(parser.parse_args().out)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
