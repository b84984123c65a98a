"""Check the files of this folder against SHA256SUMS; needs nothing but Python."""

import hashlib
import io
import sys
from pathlib import Path


def main() -> int:
    """Tell every file that is missing or not as it was made; returns the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    folder = Path(__file__).resolve().parent
    wrong = []
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        wanted, name = line.split("  ", 1)
        path = folder / name
        if not path.is_file():
            wrong.append(name + "：缺少")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            wrong.append(name + "：与制作时不同")
    for text in wrong:
        print(text)
    if wrong:
        print("安装文件不完整，请重新拷贝整个文件夹。")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
