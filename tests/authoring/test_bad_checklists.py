"""Every bad file gives exactly its messages, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.authoring.loader import examine_file

BAD = Path(__file__).parent.parent / "bad_checklists"


# What only a department's folder can show has a folder of its own.
FILES = sorted(file for file in BAD.rglob("*.yaml") if file.parent.name != "sections")
# The half of its folder that is good, or tells only what the other half tells too.
GOOD = {"departments/named/desk", "departments/same-label/desk"}


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if str(file.relative_to(BAD).with_suffix("")) not in GOOD],
    ids=lambda file: str(file.relative_to(BAD).with_suffix("")),
)
def test_a_bad_file_gives_exactly_its_messages(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The expected text stands beside the file: place, severity, code, message, suggestion."""
    monkeypatch.chdir(BAD)
    examined = examine_file(file.relative_to(BAD))
    told = [
        f"{each.file}:{each.line}:{each.column}: {each.severity} {each.code}: {each.message}"
        + (f"\n    {each.suggestion}" if each.suggestion else "")
        for each in examined.problems
    ]
    assert "\n".join(told) + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")
    has_errors = any(each.severity == "error" for each in examined.problems)
    assert has_errors or examined.problems
    assert (examined.checklist is None) is (has_errors or file.stem.startswith("section-that"))
