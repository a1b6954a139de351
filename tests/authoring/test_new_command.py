"""`intake checklists new` begins a checklist that is good from the first minute."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Literal

import pytest
from typer.testing import CliRunner, Result

from intake.authoring.loader import examine_file, examine_text
from intake.authoring.simulation.coverage import coverage_of
from intake.authoring.simulation.file_tests import run_tests
from intake.cli.checklists import checklists_app
from intake.journey.checklist_paths import shipped_folder
from intake.publishing import text_of_new


def new(*arguments: object) -> Result:
    return CliRunner().invoke(checklists_app, ["new", *map(str, arguments)])


@pytest.mark.parametrize("has_sections", [True, False])
def test_a_new_checklist_is_clean_and_its_tests_pass(
    tmp_path: Path,
    has_sections: bool,  # noqa: FBT001 - one of two cases
) -> None:
    """In an empty folder the section that it uses comes along, with no schema to look for."""
    section = tmp_path / "sections" / "contact.yaml"
    if has_sections:
        shutil.copytree(shipped_folder() / "sections", tmp_path / "sections")
    result = new("mail-not-arriving", "--folder", tmp_path)
    assert result.exit_code == 0, result.output
    file = tmp_path / "mail-not-arriving.yaml"
    examined = examine_file(file)
    assert examined.problems == ()
    assert examined.checklist is not None
    assert examined.checklist.id == "mail-not-arriving"
    assert examined.checklist.title.in_("en") == "Mail not arriving"
    assert ("sections/contact.yaml is there" in result.output) is not has_sections
    assert ("yaml-language-server" in section.read_text(encoding="utf-8")) is has_sections
    results = run_tests(examined.checklist)
    assert len(results) == 3
    assert all(result.passed for result in results), [result.unmet for result in results]
    assert coverage_of(examined.checklist, results).is_complete


def test_a_new_file_of_the_studio_asks_for_the_contact_by_itself() -> None:
    """Its folder may have no section for it."""
    text = text_of_new("dns-moved", has_contact=False)
    assert "sections/contact" not in text
    examined = examine_text(text)
    assert examined.problems == ()
    assert examined.checklist is not None
    assert all(result.passed for result in run_tests(examined.checklist))


@pytest.mark.parametrize("place", ["command", "studio"])
def test_a_russian_author_reads_russian_in_it(place: Literal["command", "studio"]) -> None:
    """Every comment, in a file that is as good as the English one; no commands in the studio."""
    text = text_of_new("dns-moved", has_contact=False, language="ru", place=place)
    comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    assert all(re.search("[а-я]", comment) for comment in comments), comments
    assert ("intake checklists" in text) is (place == "command")
    assert examine_text(text).problems == ()


def test_it_names_the_schema_where_there_is_one(tmp_path: Path) -> None:
    shutil.copy(shipped_folder() / "checklist.schema.json", tmp_path)
    assert new("dns-moved", "--folder", tmp_path).exit_code == 0
    text = (tmp_path / "dns-moved.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=checklist.schema.json\n")


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    result = new("mine", "--folder", tmp_path)
    assert result.exit_code == 2
    assert "there already" in result.output
    assert (tmp_path / "mine.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mail lost!", "such as 'mail-lost'"),
        ("Не работает 1С", "such as 'ne-rabotaet-1s'"),
        ("...", "such as 'mail-not-arriving'"),
        ("../escape", "such as 'escape'"),
        ("", "such as"),
        ("mail\n", "such as 'mail'"),
    ],
)
def test_a_name_that_can_be_none_is_told(tmp_path: Path, name: str, words: str) -> None:
    result = new(name, "--folder", tmp_path)
    assert result.exit_code == 2
    assert words in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_departments_file_is_no_checklist(tmp_path: Path) -> None:
    result = new("desk", "--folder", tmp_path)
    assert result.exit_code == 2
    assert "choose another name" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = new("fine", "--folder", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "can't be written" in result.output
