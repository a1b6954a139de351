"""Reads the steps of `docs/extending.md`, and takes them in a copy of the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "extending.md"
PRODUCT = ("diagnostics/", "intake/", "checklists/")
_COPIED = (*PRODUCT, "docs/", "tools/", "tests/", "pyproject.toml", "README.md", "CHANGELOG.md")
# **`path`**, new: / **`path`**: and after it the fenced block that is the file, or the change.
_STEP = re.compile(
    r"^\*\*`(?P<path>[^`]+)`\*\*(?P<is_new>, new)?:\n\n```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Change:
    """One file of a section: the whole of a new one, or a unified diff of one that is there."""

    path: str
    text: str
    is_new: bool

    def apply(self, folder: Path) -> None:
        """
        Write the file, or change it.

        Raises:
            ValueError: a hunk's lines stand in the file never, or more than once.

        """
        path = folder / self.path
        if self.is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        for hunk in self.text.split("@@\n")[1:]:
            before, after = _side(hunk, "-"), _side(hunk, "+")
            if text.count(before) != 1:
                raise ValueError(f"{self.path}: not there, or more than once:\n{before}")
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")


def _side(hunk: str, mark: str) -> str:
    """The lines of a hunk before the change (marked "-") or after it ("+"), context included."""
    lines = hunk.splitlines(keepends=True)
    return "".join(line[1:] or line for line in lines if line[0] in {" ", "\n", mark})


@dataclass(frozen=True)
class Section:
    """One thing that is added: its heading, and the files that it takes."""

    title: str
    changes: tuple[Change, ...]

    @property
    def product_files(self) -> tuple[str, ...]:
        """The files of the product itself, tests and generated pages aside."""
        return tuple(change.path for change in self.changes if change.path.startswith(PRODUCT))

    @property
    def test_files(self) -> tuple[str, ...]:
        """The section's own tests."""
        return tuple(change.path for change in self.changes if change.path.startswith("tests/"))


def read_sections() -> dict[str, Section]:
    """Read the page's sections with code, by the first word of their heading's subject."""
    sections = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        changes = tuple(
            Change(step["path"], step["text"], bool(step["is_new"]))
            for step in _STEP.finditer(body)
        )
        if changes:
            sections[title.split()[1]] = Section(title, changes)
    return sections


def copy_repository(folder: Path) -> None:
    """Copy what a commit would hold: files known to git, and those it doesn't ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if name.startswith(_COPIED) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, which is then the code that it imports."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "PYTHONPATH": str(folder),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
