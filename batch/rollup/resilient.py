"""Make the workbooks of the roll-up as far as possible: a sheet that fails is left out, with a note."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from batch.errors import behind
from batch.rollup.sheet_failed import SheetFailed

_SEE = "程序出错，已记入日志，请把发件箱 .jixiao/logs 里的日志发给管理员；其他结果不受影响"


@dataclass(slots=True)
class RolledUp:
    """The result for one workbook of the roll-up."""

    #: whether it is there
    made: bool = False
    #: what is not there, in Chinese
    lost: list[str] = field(default_factory=list)
    #: why, for the log
    troubles: list[str] = field(default_factory=list)


def roll_up(book: str, write: Callable[[frozenset[str]], None]) -> RolledUp:
    """Have the workbook of this name written and looked at, once more without each sheet that failed.

    `write` is told which sheets to leave out. Raises what the system refuses: that is no mistake of a sheet.
    """
    done = RolledUp()
    without: set[str] = set()
    while True:
        try:
            write(frozenset(without))
            done.made = True
        except SheetFailed as error:
            if error.name not in without:
                without.add(error.name)
                done.troubles.append(traceback.format_exc())
                done.lost.append(f"{book}的“{error.name}”没有生成：{_SEE}")
                continue
            raise
        except Exception as error:
            if behind(error) is not None:
                raise
            done.troubles.append(traceback.format_exc())
            done.lost = [f"{book}没有生成：{_SEE}"]
        return done
