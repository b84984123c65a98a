"""Help as it is printed: lines broken and columns set by the width characters take, Chinese ones two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import click

from batch.model.text_width import terminal_columns

#: words and numbers stay whole; brackets and marks stay with what they enclose or end
_PIECE = re.compile(r"\s+|[（《“‘【]*(?:[!-~]+|.)[，。、；：！？）》”’】]*")
#: the first column of a list is no wider than this
_WIDEST = 26
_GAP = 2


def broken(text: str, width: int) -> Iterator[str]:
    """A text in lines no wider than `width` columns, as far as its words allow."""
    line, used = "", 0
    for piece in _PIECE.findall(text.strip()):
        size = terminal_columns(piece)
        if used and used + size > width:
            yield line.rstrip()
            line, used = "", 0
            if piece.isspace():
                continue
        line, used = line + piece, used + size
    yield line.rstrip()


class Formatter(click.HelpFormatter):
    """click's help with Chinese widths and a Chinese colon."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = "用法：") -> None:
        """How a command is called."""
        super().write_usage(prog, args, prefix)

    def write_heading(self, heading: str) -> None:
        """A section's heading."""
        self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; one that begins with a backspace is kept as it is."""
        for number, paragraph in enumerate(text.split("\n\n")):
            lines = paragraph.strip("\n").splitlines()
            if lines and lines[0].strip() == "\b":
                kept = lines[1:]
            else:
                kept = list(broken(" ".join(map(str.strip, lines)), self.width - self.current_indent))
            self.write("\n" * bool(number))
            for line in kept:
                self.write(f"{' ' * self.current_indent}{line}\n")

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = _WIDEST,
        col_spacing: int = _GAP,
    ) -> None:
        """Terms with what they mean beside them, below them where they are too long."""
        rows = list(rows)
        first = min(max((terminal_columns(term) for term, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, meaning in rows:
            self.write(f"{indent}{term}")
            lines = list(broken(meaning, max(self.width - self.current_indent - first, 10)))
            if terminal_columns(term) > col_max:
                self.write(f"\n{indent}{' ' * first}{lines[0]}\n")
            else:
                self.write(f"{' ' * (first - terminal_columns(term))}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * first}{line}\n")
