"""Write the examples that `jixiao explain` shows: each check's message on its failing case.

    python tools/make_examples.py

The cases are those of tests/checks/cases.py, so the numbers are those of the real submission. A test fails
when an example is no longer what its check says.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.checks.cases import CASES
from tests.checks.report_cases import REPORT_CASES
from tests.paper import PACK, checked, corrected, sample

TARGET = Path(__file__).parent.parent / "batch" / "packs" / PACK / "examples.toml"


def examples() -> dict[str, str]:
    """Check → what it says: on the real submission where it fails there, else on its failing case."""
    found: dict[str, str] = {}
    for finding in checked(sample()).findings:
        found.setdefault(finding.check, finding.message)
    for check, case in CASES.items():
        if check not in found:
            findings = checked(corrected(case.breaks)).findings
            found[check] = next(f.message for f in findings if f.check == check)
    for check, told in REPORT_CASES.items():
        findings = checked(corrected(), report=told.breaks).findings
        found[check] = next(f.message for f in findings if f.check == check)
    return dict(sorted(found.items()))


def as_toml(texts: dict[str, str]) -> str:
    """The examples as a file of the pack."""
    head = "# 每条检查的实例，由 tools/make_examples.py 按测试案例生成，请勿手改。\n"
    # a JSON string is a TOML string
    entries = [
        f'\n[[example]]\nid = "{check}"\ntext = {json.dumps(text, ensure_ascii=False)}\n'
        for check, text in texts.items()
    ]
    return head + "".join(entries)


if __name__ == "__main__":
    TARGET.write_text(as_toml(examples()), encoding="utf-8", newline="\n")
