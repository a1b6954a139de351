"""Five checklists in styles that are not ours: JSON, one language, lists that stand unindented."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.authoring.folder_rules import FolderChecklist, folder_problems
from intake.authoring.folder_words import folder_router
from intake.authoring.loader import examine_file, load_folder
from intake.authoring.simulation.file_tests import run_tests

FOLDER = Path(__file__).parent.parent / "sound_checklists"
FILES = sorted(file for file in FOLDER.glob("*.yaml") if file.stem != "desk")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_lint_says_nothing_and_the_tests_in_the_file_hold(file: Path) -> None:
    examined = examine_file(file)
    assert [str(problem) for problem in examined.problems] == []
    checklist = examined.checklist
    assert checklist is not None
    results = run_tests(checklist, folder_router(checklist, FOLDER))
    assert results
    assert [result.name for result in results if not result.passed] == []


def test_the_folder_as_a_whole_is_sound() -> None:
    loaded = load_folder(FOLDER)
    assert len(loaded) == len(FILES) == 5
    of_folder = (FolderChecklist.of(file, loaded[file.stem]) for file in FILES)
    assert folder_problems(of_folder) == []
