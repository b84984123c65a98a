"""Errors of the operating system in Chinese: its own messages are in the language it was installed in."""

from __future__ import annotations

import errno
import os

from batch.model.filenames import printable_name

_WORDS = {
    errno.ENOENT: "找不到",
    errno.EACCES: "没有权限，或正被别的程序占用",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘只读",
    errno.EIO: "读写出错，可能是磁盘或网络故障",
    errno.EBUSY: "正被占用",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.ETIMEDOUT: "网络超时",
    errno.ESTALE: "共享文件夹已断开",
    errno.EHOSTDOWN: "找不到共享所在的主机",
    errno.EHOSTUNREACH: "找不到共享所在的主机",
    errno.ENETUNREACH: "网络不通",
    errno.ECONNREFUSED: "对方拒绝连接，可能没有启动或端口不对",
    errno.ECONNRESET: "连接被对方断开",
    errno.EPIPE: "连接被对方断开",
    errno.ENOTCONN: "共享文件夹已断开",
    errno.ENOLCK: "文件服务器不支持加锁",
}


#: what a person can do about it
_TO_DO = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "请腾出磁盘空间后再运行一次"),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS),
        "请让运行程序的用户能写这个文件夹，关闭占用它的程序，再运行一次",
    ),
    **dict.fromkeys((errno.EIO, errno.ETIMEDOUT), "请检查磁盘或网络，再运行一次"),
    **dict.fromkeys(
        (errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENOTCONN),
        "请等共享文件夹恢复后再运行一次",
    ),
}


def with_advice(error: OSError) -> str:
    """The reason of a refusal, its file or folder, and what to do about it."""
    advice = _TO_DO.get(error.errno or 0, "")
    return f"{with_place(error)}。{advice}" if advice else with_place(error)


def behind(error: BaseException) -> OSError | None:
    """The system's error that caused another one: libraries wrap it in errors of their own."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.errno:
            return found
        found = next((arg for arg in found.args if isinstance(arg, BaseException)), found.__cause__)
    return None


def in_chinese(error: OSError) -> str:
    """The reason of a refusal."""
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)


def with_place(error: OSError) -> str:
    """The reason of a refusal, and its file or folder when known."""
    return in_chinese(error) + (f"（{place_of(error)}）" if error.filename else "")


def place_of(error: OSError) -> str:
    """The file or folder a system's error is about, as text; "" when unknown."""
    return printable_name(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else ""
