"""The tutorial of `docs/extending.md`, taken word by word in a copy of the repository."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, parse, tostring

import pytest

from tests.docs.tutorial import Section, copy_repository, read_sections, run_in

# A whole repository is copied, built and tested in it; on a busy machine that takes minutes.
pytestmark = pytest.mark.timeout(900)

MOST_PRODUCT_FILES = {"probe": 8, "kind": 6, "desk": 4, "staff": 4}


@pytest.fixture(scope="module")
def sections() -> dict[str, Section]:
    return read_sections()


@pytest.fixture(scope="module")
def extended(sections: dict[str, Section], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which every section was followed, one after another."""
    folder = tmp_path_factory.mktemp("extended")
    copy_repository(folder)
    for section in sections.values():
        for change in section.changes:
            change.apply(folder)
    written = run_in(folder, "tools/generate_docs.py")
    assert written.returncode == 0, written.stderr
    return folder


@pytest.mark.parametrize("name", MOST_PRODUCT_FILES)
def test_adding_it_touches_few_files(sections: dict[str, Section], name: str) -> None:
    """What is alike stands in one place, so a new one needs few; the page names every one."""
    files = sections[name].product_files
    assert files
    assert len(files) <= MOST_PRODUCT_FILES[name]


@pytest.fixture(scope="module")
def outcomes(extended: Path, sections: dict[str, Section]) -> dict[str, list[Element]]:
    """The test cases that ran in the copy, by file; in one run, as every start takes seconds."""
    files = [file for section in sections.values() for file in section.test_files]
    run_in(extended, "-m", "pytest", "-q", "-n", "0", "--junitxml", "outcomes.xml", *files)
    by_file: dict[str, list[Element]] = {}
    for case in parse(extended / "outcomes.xml").iter("testcase"):  # noqa: S314 - our own file
        file = f"{case.attrib['classname'].replace('.', '/')}.py"
        by_file.setdefault(file, []).append(case)
    return by_file


@pytest.mark.parametrize("name", MOST_PRODUCT_FILES)
def test_the_sections_own_test_passes(
    outcomes: dict[str, list[Element]], sections: dict[str, Section], name: str
) -> None:
    """What the page shows works where it was followed; a skipped test would prove nothing."""
    for file in sections[name].test_files:
        assert outcomes[file]
        for case in outcomes[file]:
            assert [tostring(part, "unicode") for part in case] == []


@pytest.mark.long
def test_the_extended_product_is_as_clean_as_ours(extended: Path) -> None:
    """The tutorial is to be copied from: its types, style and import contracts hold."""
    for command in (("mypy",), ("ruff", "check"), ("importlinter.cli", "--no-cache")):
        module, *rest = command
        done = run_in(extended, "-m", module, *rest)
        assert done.returncode == 0, done.stdout + done.stderr
