"""Reading checklists: words stay words, sections are put in place, versions follow the content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from intake.authoring.folder_rules import FolderChecklist, folder_problems
from intake.authoring.loader import (
    examine_file,
    examine_text,
    load_checklist,
    load_folder,
    load_text,
)
from intake.authoring.problems import ChecklistErrors
from intake.journey import Ask, Checklist
from tests.journey.customer import TICKET
from tests.sketches import CONTACT, load_sketch

Make = Callable[..., Checklist]


def test_words_that_look_like_something_else_stay_words(checklist: Make) -> None:
    steps = """
  - ask: more
    kind: choice
    text: 22:30
    choices: {no: no, on: "off", 0123: 1.10}
"""
    step = checklist(steps).by_id["more"]
    assert isinstance(step, Ask)
    assert {key: text.in_("en") for key, text in step.choices.items()} == {
        "no": "no",
        "on": "off",
        "0123": "1.10",
    }
    assert step.text.in_("ru") == "22:30"


def test_a_section_stands_in_place_of_its_use_and_under_its_condition(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "end.yaml").write_text(
        "section: end\nsteps:\n"
        "  - {ask: name, kind: text, text: Name}\n"
        "  - {ask: nick, kind: text, text: Nick, show-if: {name: unknown}}\n"
    )
    text = (
        "checklist: small\ntitle: Small\nsteps:\n  - {ask: site, kind: yes-no, text: Site}\n"
        f"  - use: sections/end\n    show-if: {{site: yes}}\n{TICKET}"
    )
    loaded = load_sketch(text, folder=tmp_path)
    assert [step.id for step in loaded.steps] == ["site", "name", "nick"]
    assert loaded.by_id["name"].show_if == {"site": "yes"}
    assert loaded.by_id["nick"].show_if == {"all": [{"site": "yes"}, {"name": "unknown"}]}


def test_the_same_content_is_the_same_version_whatever_the_layout(checklist: Make) -> None:
    one = checklist("  - {ask: a, kind: text, text: A}\n")
    two = checklist("  # a remark\n  - ask: a\n    text: A\n    kind: text\n")
    other = checklist("  - {ask: a, kind: text, text: B}\n")
    assert one.version == two.version
    assert one.version != other.version


def test_a_draft_pins_the_content_it_began_with() -> None:
    """Rule 6: the expanded content comes back the same, without any file."""
    for loaded in load_folder().values():
        again = Checklist.from_json(loaded.to_json())
        assert again.to_json() == loaded.to_json()
        assert again.version == loaded.version
        assert again.steps == loaded.steps


def test_a_pinned_text_that_is_none_is_refused() -> None:
    for text in ("[]", "{}", "nonsense", '{"checklist": "x", "steps": [{"use": "y"}]}'):
        with pytest.raises(ValueError, match=r"pinned|Expecting|validation"):
            Checklist.from_json(text)


def test_every_mistake_is_reported_at_once() -> None:
    with pytest.raises(ChecklistErrors) as caught:
        load_text("checklist: X!\ntitle: T\nsteps:\n  - {ask: a, kind: txt}\n  - what\n")
    codes = {problem.code for problem in caught.value.errors}
    assert codes == {"bad-id", "missing", "not-allowed", "step-shape"}


def test_a_missing_file_is_told_with_the_closest_name() -> None:
    with pytest.raises(ChecklistErrors, match="did you mean 'site-down'"):
        load_checklist("site-dwon")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"checklist: \xff\xfe", "not-utf-8"),
        (b"a: b\n" * 60_000, "too-large"),
        (b"# " + "я".encode() * 140_000, "too-large"),  # the limit parts a character
        (b"record: [" + b"a," * 60_000 + b"]", "too-many-values"),
        (b"- " * 100_000, "too-deep"),
        (b"text: {en: a" + b" " * 240_000 + b"b: c", "yaml"),
        (b"text: a" + b" " * 240_000 + b": c: d", "colon-in-text"),
        (b"checklist: 'x\n" * 18_000, "not-closed"),
        (b"a: b, c: " * 25_000, "colon-in-text"),
        (b"\x00", "character"),
        (b"checklist: x\nsteps:\n" + b"  - {ask: a}\n" * 400, "too-many-steps"),
    ],
)
def test_hostile_files_are_told_not_suffered(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    examined = examine_file(file)
    assert examined.checklist is None
    assert code in {problem.code for problem in examined.problems}


def test_one_bare_text_in_a_two_language_checklist_is_a_warning_not_an_error() -> None:
    steps = f"  - {{ask: site, kind: text, text: A}}\n{CONTACT}"
    text = f"checklist: x\ntitle: Two words\nsteps:\n{steps}{TICKET}"
    examined = examine_text(text)
    assert examined.checklist is not None
    assert {(each.severity, each.code) for each in examined.problems} == {("warning", "text-bare")}


def test_a_folder_with_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    text = (
        f"checklist: x\ntitle: T\nsteps:\n  - {{ask: site, kind: text, text: A}}\n{CONTACT}{TICKET}"
    )
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(f"# A copy.\n\n{text}")
    with pytest.raises(ChecklistErrors) as caught:
        load_folder(tmp_path)
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    assert str(caught.value) == (
        f"{second}:3:1: {first} is the checklist 'x' too, on line 1; give one of them another name"
    )


def test_of_two_files_with_one_id_the_one_that_is_not_called_so_is_the_copy(
    tmp_path: Path,
) -> None:
    text = (
        f"checklist: x\ntitle: T\nsteps:\n  - {{ask: site, kind: text, text: A}}\n{CONTACT}{TICKET}"
    )
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(ChecklistErrors) as caught:
        load_folder(tmp_path)
    assert [problem.file for problem in caught.value.errors] == [str(tmp_path / "a.yaml")]


def test_what_only_two_files_together_show_is_told_once(tmp_path: Path) -> None:
    """A second fallback, and the words of another checklist copied along."""
    body = (
        "title: {en: T, ru: Т}\nfallback: true\nwords:\n  en: [cart, order form]\n"
        f"steps:\n  - {{ask: site, kind: text, text: A}}\n{CONTACT}{TICKET}"
    )
    files = []
    for name in ("first", "second"):
        (tmp_path / f"{name}.yaml").write_text(f"checklist: {name}\n{body}")
        checklist = examine_file(tmp_path / f"{name}.yaml").checklist
        assert checklist is not None
        files.append(FolderChecklist.of(tmp_path / f"{name}.yaml", checklist))
    told = folder_problems(files)
    second = str(tmp_path / "second.yaml")
    assert [(each.file, each.line, each.code) for each in told] == [
        (second, 3, "fallback-twice"),
        (second, 4, "words-of-another"),
        (second, 2, "title-twice"),
    ]
    assert {each.severity for each in told} == {"warning"}
    assert folder_problems(files[:1]) == []
