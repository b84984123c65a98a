"""The bodies of mails from templates: those in mail/templates, single ones replaced by the bureau's own.

A letter has two: NAME.txt and NAME.html. Whatever was read from files is made one line before a template sees
it, and what goes into HTML is escaped, so that no text can be markup. Templates of a bureau run in a sandbox:
they can arrange what they are given and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch.errors import in_chinese
from batch.mail.published import MailError
from batch.mail.words import one_line
from batch.workbook.style import CHART, GREY, INK, LINE_COLOUR, WORDS

if TYPE_CHECKING:
    from jinja2 import Environment

OWN = Path(__file__).parent / "templates"
_LONGEST = 1000
_COLOURS = {"色": {"字": INK, "灰": GREY, "线": LINE_COLOUR}, "词色": WORDS, "图色": CHART}
_MISSING = re.compile(r"'([^']+)' is undefined|no attribute '([^']+)'")
_COMPARE = f"请对照程序自带的模板（{OWN}）改正。"


class Templates:
    """All templates of the mails; `folder` holds those the bureau wrote instead.

    Raises MailError for a file there that replaces none, one that cannot be read, and when the folder cannot.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._files = _templates_in(OWN)
        for name, path in _templates_in(folder).items() if folder else ():
            if name not in self._files:
                raise MailError(f"邮件模板 {path} 用不上：模板的文件名只能是{'、'.join(self._files)}。")
            self._files[name] = path
        self._texts = {name: _read(path) for name, path in self._files.items()}

    def bodies(self, letter: str, words: Mapping[str, Any]) -> tuple[str, str]:
        """Plain text and HTML of a letter; `words` is what the templates may mention.

        The HTML may mention 正文 as well: the lines of the plain text behind its first blank line.
        Raises MailError, with file and line, for a template that cannot be used.
        """
        clean = {name: _fit(value) for name, value in words.items()}
        text = self._rendered(f"{letter}.txt", clean)
        head, _, rest = text.partition("\n\n")
        return text, self._rendered(f"{letter}.html", {**clean, "正文": (rest or head).splitlines()})

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import FunctionLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        made = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._source),
            autoescape=lambda name: name is None or name.endswith(".html"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        made.globals.update(_COLOURS)
        made.filters["短"] = one_line
        return made

    def _source(self, name: str) -> tuple[str, str, None] | None:
        return (self._texts[name], str(self._files[name]), None) if name in self._texts else None

    def _rendered(self, name: str, words: Mapping[str, Any]) -> str:
        from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

        try:
            return self._environment.get_template(name).render(words)
        except TemplateNotFound as error:
            wanted = f"邮件模板 {self._files[name]} 要用“{error.name}”，没有这个模板。"
            raise MailError(wanted + _COMPARE) from error
        except TemplateSyntaxError as error:
            raise self._wrong(error.name or name, error.lineno, "") from error
        except UndefinedError as error:
            found = _MISSING.search(str(error))
            unknown = next(filter(None, found.groups()), "") if found else ""
            raise self._wrong(*self._place(error, name), unknown) from error
        except Exception as error:  # a template may go wrong in any way there is
            raise self._wrong(*self._place(error, name), "") from error

    def _place(self, error: Exception, name: str) -> tuple[str, int]:
        """(template, line) where it went wrong."""
        names = {str(path): name for name, path in self._files.items()}
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename in names:
                name, line = names[trace.tb_frame.f_code.co_filename], trace.tb_lineno
            trace = trace.tb_next
        return name, line

    def _wrong(self, name: str, line: int, unknown: str) -> MailError:
        lines = self._texts[name].splitlines()
        written = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        said = f"不认识“{unknown}”" if unknown else "写得不对"
        return MailError(f"邮件模板 {self._files[name]} 第{line}行{said}：{one_line(written)}。{_COMPARE}")


def _templates_in(folder: Path) -> dict[str, Path]:
    """By name, the files of a folder that templates can be."""
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise MailError(f"读不了邮件模板的文件夹 {folder}：{in_chinese(error)}。") from error
    return {path.name: path for path in files if path.suffix.lower() in (".html", ".txt")}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise MailError(f"邮件模板 {path} 不是UTF-8编码，请用记事本另存为UTF-8。") from error
    except OSError as error:
        raise MailError(f"读不了邮件模板 {path}：{in_chinese(error)}。") from error


def _fit(value: Any) -> Any:
    """The same value with each text in it on one line."""
    if isinstance(value, str):
        return one_line(value, _LONGEST)
    if isinstance(value, Mapping):
        return {key: _fit(entry) for key, entry in value.items()}
    return [_fit(entry) for entry in value] if isinstance(value, Sequence) else value
