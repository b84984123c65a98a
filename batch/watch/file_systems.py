"""Whether a folder is on a local disk, where the system reports changes, or on a network share."""

from __future__ import annotations

import re
import sys
from pathlib import Path

#: file systems kept by another machine, or by a host this one runs inside: no events of others' changes
_REMOTE = {"9p", "afs", "ceph", "cifs", "davfs", "drvfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4"}
_REMOTE |= {"prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"}
_DRIVE_REMOTE = 4


def on_network(folder: Path) -> bool:
    """Whether a folder is on a share that others change without this system being notified."""
    folder = folder.resolve()
    if sys.platform == "win32":
        import ctypes

        drive = folder.drive
        return drive.startswith("\\\\") or bool(
            ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
        )
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    kind = file_system(folder, mounts)
    # what is mounted by a program of a user is mostly somewhere else
    return kind in _REMOTE or kind.startswith("fuse.")


def file_system(folder: Path, mounts: str) -> str:
    """The type of a folder's file system, from the text of /proc/self/mountinfo; "" when it is not listed."""
    kind, deepest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        words = before.split(" ")
        if len(words) < 5 or not after:
            continue
        # blanks in a path are written as octal numbers
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), words[4]))
        # of two mounts on one place the later covers the earlier
        if folder.is_relative_to(point) and len(point.parts) >= deepest:
            kind, deepest = after.split(" ")[0], len(point.parts)
    return kind
