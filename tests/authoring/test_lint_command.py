"""`intake checklists lint`: each mistake at its line, how it was meant, where to read on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake.cli.checklists import checklists_app
from intake.journey.checklist_paths import shipped_folder
from tests.journey.customer import TICKET
from tests.sketches import CONTACT

SLIPS = f"""checklist: slips
title: {{en: "Slips", ru: "Описки"}}
steps:
  - ask: site
    kind: target
    text: {{en: Enter: the site, ru: Укажите: сайт}}
  - ask: more
    kind: txt
    text: {{en: Yes, we do, ru: Да}}
    show-if: {{sit: unknown}}
{TICKET}"""
ROW = {"file", "line", "column", "severity", "code", "message", "suggestion"}
SECTION = """section: order
takes: {what: }
steps:
  - ask: order
    kind: text
    text: {en: "Enter the <what>", ru: "Укажите: <what>"}
    show-if: {scope: all}
"""


def lint(*arguments: object) -> Result:
    return CliRunner().invoke(checklists_app, ["lint", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("slips.yaml")
    path.write_text(SLIPS, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checklist whose section asks for a step that isn't there, and a section nobody uses."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own" / "sections").mkdir(parents=True)
    text = SLIPS[: SLIPS.index("  - ask: more")].replace("Enter: the", "Enter the")
    text = text.replace("Укажите: сайт", "Укажите сайт")
    use = "  - use: sections/order\n    with: {what: order}\n"
    (tmp_path / "own" / "shop.yaml").write_text(f"{text}{use}{TICKET}", encoding="utf-8")
    (tmp_path / "own" / "sections" / "order.yaml").write_text(SECTION, encoding="utf-8")
    spare = SECTION.replace("section: order", "section: spare").replace("kind: text", "kind: txt")
    (tmp_path / "own" / "sections" / "spare.yaml").write_text(spare, encoding="utf-8")
    return Path("own")


def test_it_shows_the_line_the_words_and_the_line_as_it_was_meant(file: Path) -> None:
    result = lint(file)
    assert result.exit_code == 1
    assert result.stdout == (
        "slips.yaml:6:21: a colon inside this text ends it; put the whole text in quotes\n"
        "        text: {en: Enter: the site, ru: Укажите: сайт}\n"
        "                        ^\n"
        "    corrected:\n"
        '        text: {en: "Enter: the site", ru: "Укажите: сайт"}\n'
        "    docs/checklists.md#colon-in-text\n"
        "slips.yaml:8:11: 'txt' is not allowed for 'kind'; did you mean 'text'?\n"
        "        kind: txt\n"
        "              ^^^\n"
        "    docs/checklists.md#not-allowed\n"
        "slips.yaml:9:19: a comma inside this text ends it; put the whole text in quotes\n"
        "        text: {en: Yes, we do, ru: Да}\n"
        "                      ^\n"
        "    corrected:\n"
        '        text: {en: "Yes, we do", ru: Да}\n'
        "    docs/checklists.md#comma-in-text\n"
        "slips.yaml:10:15: step 'more': 'show-if' names 'sit', which is not an earlier step; "
        "did you mean 'site'?\n"
        "        show-if: {sit: unknown}\n"
        "                  ^^^\n"
        "    docs/checklists.md#no-step\n"
    )
    assert result.stderr == "checklists: 1, errors: 4, warnings: 0\n"


def test_the_corrected_lines_are_right(file: Path) -> None:
    """Put in the place of the lines as they are, they leave nothing of the slips."""
    lines = SLIPS.splitlines()
    for row in json.loads(lint(file, "--json").stdout):
        if row["code"].endswith("-in-text"):
            lines[row["line"] - 1] = row["suggestion"]
    file.write_text("\n".join(lines), encoding="utf-8")
    codes = [row["code"] for row in json.loads(lint(file, "--json").stdout)]
    assert codes == ["not-allowed", "no-step"]


def test_it_speaks_russian(file: Path) -> None:
    told = lint(file, "--language", "ru").output
    assert "двоеточие внутри текста обрывает его; возьмите весь текст в кавычки" in told
    assert "    исправлено:\n" in told
    assert "ошибок: 4" in told
    rows = json.loads(lint(file, "--language", "ru", "--json").stdout)
    assert rows[1]["message"] == "'kind' не может быть 'txt'; возможно, имелось в виду 'text'?"


def test_a_row_has_exactly_these_keys(file: Path) -> None:
    rows = json.loads(lint(file, "--json").stdout)
    assert all(set(row) == ROW for row in rows)
    assert [(row["line"], row["column"]) for row in rows] == [(6, 21), (8, 11), (9, 19), (10, 15)]
    assert {row["severity"] for row in rows} == {"error"}


def test_a_code_is_linked_once(file: Path) -> None:
    file.write_text(SLIPS.replace("Yes, we do", "Write: it"), encoding="utf-8")
    assert lint(file).stdout.count("#colon-in-text") == 1


def test_warnings_alone_leave_the_exit_status_at_0(file: Path) -> None:
    text = SLIPS[: SLIPS.index("  - ask: more")]
    text = text.replace("{en: Enter: the site, ru: Укажите: сайт}", "The site # 1")
    file.write_text(text + CONTACT + TICKET, encoding="utf-8")
    result = lint(file)
    assert result.exit_code == 0
    assert "warning: this text is one for all languages" in result.stdout
    assert 'text: "The site # 1"' in result.stdout


@pytest.mark.parametrize("arguments", [("--language", "de"), ("nowhere.yaml",), ("--jsn",)])
def test_what_cant_be_used_gives_2(file: Path, arguments: tuple[str, ...]) -> None:
    assert lint(*arguments, *([file] if arguments[0] != "nowhere.yaml" else [])).exit_code == 2


@pytest.mark.parametrize("command", ["lint", "list"])
def test_a_folder_without_checklists_is_told_in_the_readers_language(
    tmp_path: Path, command: str
) -> None:
    arguments = [command, str(tmp_path), "--language", "ru"]
    outcome = CliRunner().invoke(checklists_app, arguments)
    assert outcome.exit_code == 2
    assert f"{tmp_path}: в этой папке нет чек-листов" in outcome.output.replace("\n", "")


def test_a_folders_sections_are_linted_through_what_uses_them(folder: Path) -> None:
    rows = json.loads(lint(folder, "--json").stdout)
    assert [(row["file"], row["code"]) for row in rows] == [
        ("own/sections/spare.yaml", "section-alone"),
        ("own/sections/spare.yaml", "not-allowed"),
        ("own/shop.yaml", "in-section"),
    ]


def test_a_section_by_itself_tells_what_its_checklists_find_in_it(folder: Path) -> None:
    result = lint(folder / "sections" / "order.yaml", "--json")
    (row,) = json.loads(result.stdout)
    assert (row["file"], row["code"], row["line"]) == ("own/sections/order.yaml", "no-step", 7)
    assert result.exit_code == 1


def test_a_shipped_section_by_itself_is_clean() -> None:
    result = lint(shipped_folder() / "sections" / "contact.yaml")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_section_named_from_its_own_folder_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "sections")
    (row,) = json.loads(lint("order.yaml", "--json").stdout)
    assert (row["file"], row["code"]) == ("order.yaml", "no-step")


RIGHT = SLIPS[: SLIPS.index("  - ask: more")].replace("Enter: the", "Enter the")
RIGHT = RIGHT.replace("Укажите: сайт", "Укажите сайт") + CONTACT + TICKET


def _with_tests(count: int) -> str:
    """A checklist whose tests expect that the site stays without an answer."""
    rows = "".join(
        f"  - name: number {number}\n    answers: {{site: shop.example, email: a@mail.example}}\n"
        f"    expect: {{asked: [site], missing: [site], end: ticket}}\n"
        for number in range(count)
    )
    return f"{RIGHT}tests:\n{rows}"


def test_a_test_that_does_not_hold_is_told_at_its_line(file: Path) -> None:
    """An author who lints one file need not know that another command runs its tests."""
    file.write_text(_with_tests(1), encoding="utf-8")
    (row,) = json.loads(lint(file, "--json").stdout)
    line = file.read_text(encoding="utf-8").split("\n")[int(row["line"]) - 1]
    assert row["code"] == "test-fails"
    assert "missing: [site]" in line
    assert lint(file).exit_code == 1


def test_tests_of_many_files_are_left_and_counted(file: Path) -> None:
    """A folder's lint is asked for at every change, and its tests take ten times as long."""
    for number in range(4):
        text = _with_tests(1).replace("checklist: slips", f"checklist: slips-{number}")
        (file.parent / f"{number}.yaml").write_text(text, encoding="utf-8")
    file.unlink()
    result = lint(".", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "tests not run here: 4" in result.output


def test_more_tests_than_a_lint_may_run_are_left(file: Path) -> None:
    file.write_text(_with_tests(101), encoding="utf-8")
    result = lint(file, "--language", "en")
    assert result.exit_code == 0, result.output
    assert "tests not run here: 101" in result.output


def test_a_line_without_end_is_shown_in_part_at_once(tmp_path: Path) -> None:
    """Each of thirty million characters was looked at, for half a minute, to show two hundred."""
    (tmp_path / "long.yaml").write_text("a" * 30_000_000, encoding="utf-8")
    began = time.process_time()
    result = CliRunner().invoke(checklists_app, ["lint", str(tmp_path)])
    assert time.process_time() - began < 5
    assert "larger than 256 KB" in result.output
