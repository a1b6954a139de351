"""The schema for editors: it takes what the reader takes, and sees the mistakes that it can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from intake.authoring.schema import checklist_schema, desk_schema, section_schema
from intake.authoring.syntax.yaml_reader import read_yaml
from intake.cli.checklists import checklists_app
from intake.journey.checklist_paths import DESK_FILE, checklist_files, section_files, shipped_folder

BAD = Path(__file__).parent.parent / "bad_checklists"
CHECKLIST, SECTION = Draft7Validator(checklist_schema()), Draft7Validator(section_schema())
# A schema sees keys and shapes. What a name stands for, what can come about, and slips that the
# reader mends are for the lint.
SEEN = {
    "accept-nothing",
    "answer-row",
    "bad-id",
    "bare-word",
    "choices-renamed",
    "choices-unwanted",
    "condition-empty",
    "condition-value",
    "empty",
    "few-choices",
    "key-too-deep",
    "language",
    "measured-by-nothing",
    "missing",
    "no-otherwise",
    "no-steps",
    "not-a-checklist",
    "not-a-list",
    "not-a-mapping",
    "choices-listed",
    "answer-from-shape",
    "not-a-number",
    "number-grouped",
    "key-of-other-step",
    "not-a-text",
    "not-allowed",
    "not-true-or-false",
    "key-too-far-out",
    "name-behind-word",
    "no-hiding",
    "no-jumps",
    "no-relation",
    "value-plain",
    "relation-side",
    "relation-clock",
    "written-out",
    "key-in-choices",
    "key-of-checklist",
    "operand-times",
    "operand-unit",
    "reserved-choice",
    "silent-end",
    "step-both",
    "step-shape",
    "step-word",
    "table-row",
    "table-value",
    "too-long",
    "too-many",
    "unit-unwanted",
    "unknown-key",
    "of-address",
    "range-of-keys",
    "names-listed",
    "moves-shape",
    "text-by-language",
    "relation-turned",
    "not-one-word",
    "key-of-language",
    "choice-label",
    "text-search",
    "needs-shape",
    "otherwise-in-row",
    "unknown-keys",
    "row-of-one-word",
    "row-without-when",
    "no-colon-after",
    "names-joined",
    "section-begins-so",
    "step-begin-lost",
    "step-use",
    "steps-by-name",
}

# A word alone may be a condition with a name: only the lint knows whether it is.
_OF_FORM = {
    "step-nameless",
    "condition-in-quotes",
    "no-conditions",
    *(
        "no-dash",
        "no-space",
        "nesting",
        "extra-dash",
        "dash-in-row",
        "head-indented",
        "choices-forgotten",
    ),
    *("condition-shape", "condition-written-out", "joint-in-value", "table-as-mapping"),
    *("keys-grouped", "step-first-key", "language-elsewhere", "key-empty"),
    *("otherwise-as-condition", "operand-written-out"),
    *("number-with-unit", "key-of-ticket", "no-default", "several-answers", "use-several"),
}


def _plain(path: Path) -> Any:
    root, _ = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
    return root.plain() if root else None


def _bad() -> Iterator[tuple[Path, set[str]]]:
    for path in sorted(BAD.glob("*.yaml")):
        told = path.with_suffix(".txt").read_text(encoding="utf-8")
        here = rf"^{re.escape(path.name)}:\d+:\d+: \w+ ([a-z-]+): "
        yield path, set(re.findall(here, told, re.MULTILINE))


@pytest.mark.parametrize("schema", [checklist_schema(), section_schema()], ids=["all", "section"])
def test_it_is_draft_07_and_explains_every_key(schema: dict[str, Any]) -> None:
    Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert not re.search(r"\$defs|unevaluated|prefixItems|JsonValue", text)
    for name, definition in [("file", schema), *schema["definitions"].items()]:
        for key, inner in definition.get("properties", {}).items():
            assert inner.get("description"), f"{name}.{key}"


@pytest.mark.parametrize("path", checklist_files(shipped_folder()), ids=lambda path: path.stem)
def test_it_accepts_the_shipped_checklists(path: Path) -> None:
    assert [error.message for error in CHECKLIST.iter_errors(_plain(path))] == []


@pytest.mark.parametrize("path", section_files(shipped_folder()), ids=lambda path: path.stem)
def test_it_accepts_the_shipped_sections(path: Path) -> None:
    assert [error.message for error in SECTION.iter_errors(_plain(path))] == []


def test_the_schema_of_a_desk_accepts_the_shipped_one_and_sees_slips() -> None:
    desk, content = Draft7Validator(desk_schema()), _plain(shipped_folder() / DESK_FILE)
    assert [error.message for error in desk.iter_errors(content)] == []
    content["products"]["vps"]["fixed-by"]["http.*"] = "clients"
    assert not desk.is_valid(content)


@pytest.mark.parametrize(
    "path", [path for path, codes in _bad() if codes & SEEN], ids=lambda path: path.stem
)
def test_it_refuses_the_mistakes_that_a_schema_can_see(path: Path) -> None:
    assert not CHECKLIST.is_valid(_plain(path))


def test_every_mistake_that_it_can_see_has_a_file() -> None:
    assert {code for _, codes in _bad() for code in codes} >= SEEN


def test_it_doesnt_underline_what_the_reader_takes() -> None:
    """A file that only the proofs or the words of a text are wrong with is fine to an editor."""
    for path, codes in _bad():
        root, problems = read_yaml(path.read_text(encoding="utf-8", errors="replace"), file="x")
        is_of_form = codes & (SEEN | _OF_FORM)
        if root is not None and "checklist" in root.keys and not problems and not is_of_form:
            assert CHECKLIST.is_valid(root.plain()), path.name


def test_numbers_as_an_editor_reads_them_are_taken() -> None:
    """YAML takes `404`, `no` and `1.5` for what they look like; a checklist for words."""
    content = _plain(shipped_folder() / "every-step.yaml")
    content["title"] = 404
    content["place"] = 3
    content["steps"][0]["show-if"] = {"web.status": [404, "500-599"], "web.flag": True}
    assert [error.message for error in CHECKLIST.iter_errors(content)] == []


@pytest.mark.parametrize(
    ("option", "name"), [((), "checklist"), (("--section",), "section"), (("--desk",), "desk")]
)
def test_the_command_prints_what_lies_beside_the_checklists(
    option: tuple[str, ...], name: str
) -> None:
    printed = CliRunner().invoke(checklists_app, ["schema", *option])
    assert printed.exit_code == 0
    kept = shipped_folder() / f"{name}.schema.json"
    assert printed.stdout == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [
        shipped_folder() / DESK_FILE,
        *checklist_files(shipped_folder()),
        *section_files(shipped_folder()),
    ],
    ids=lambda path: path.stem,
)
def test_every_shipped_file_names_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named is not None
    assert (path.parent / named[1]).is_file()
