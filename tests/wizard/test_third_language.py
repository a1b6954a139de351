"""A language that an operator adds: a folder of texts, and customers are served whole in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diagnostics.texts import load_catalogue, plural_form, served_languages, translated
from diagnostics.texts.translation_files import TranslationError, use_translations
from intake.bootstrap import Services
from intake.cli import app
from intake.cli.translations import every_text
from intake.journey.checklist_paths import shipped_folder
from intake.tickets import render
from intake.web.language import preferred_language
from tests.ui.app import PageTest
from tests.ui.conftest import Browser

ESPERANTO = "eo"
# What the made-up language looks like: each text within marks.
MARKED = re.compile("‹.*›", re.DOTALL)
OWN = ("AcmeHost", "mail comes back", "14:20", "anna@mail.example", "502")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text of the product and the checklists, translated by putting it within marks."""
    folder = tmp_path_factory.mktemp("translations")
    texts = {text: f"‹{text}›" for text in every_text(shipped_folder())}
    content = json.dumps(texts, ensure_ascii=False)  # JSON is YAML
    (folder / f"{ESPERANTO}.yaml").write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def esperanto(folder: Path) -> Iterator[str]:
    use_translations(folder)
    yield ESPERANTO
    use_translations(None)


def unmarked(page: PageTest) -> list[str]:
    """What stands on the page in another language."""
    app = page.app
    kinds = ("header", "subheader", "markdown", "caption", "warning")
    texts = [str(element.value) for kind in kinds for element in app.get(kind)]
    texts += [str(button.label) for button in app.button]
    said = [re.sub(r"\\\\|\\*\\*|:gray\\[|\\]", "", text).strip() for text in texts]
    return [
        text
        for text in said
        if text
        and not MARKED.search(text)
        and text not in {"EN", "RU"}
        and not any(own in text for own in OWN)
    ]


def test_a_customer_is_served_whole_in_it(
    services: Services, browser_context: Browser, esperanto: str
) -> None:
    browser_context.locale = "eo"
    page = PageTest()
    assert unmarked(page) == []
    assert {"language-en", "language-ru"} <= page.keys
    page.click("begin-something-else")
    assert unmarked(page) == []
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    page.click("next-what")
    assert unmarked(page) == []
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("next-target")
    assert unmarked(page) == []
    page.app.text_input(key="answer-email").set_value("anna@mail.example")
    page.click("send")
    assert unmarked(page) == []

    ticket = services.tickets.find_by_token(page.address["case"])
    assert ticket is not None
    assert ticket.language == esperanto
    assert "‹" in ticket.headline.in_(esperanto) or "mail comes back" in ticket.headline.en
    written = render(ticket, "text", esperanto)
    assert "‹Answers›" in written
    assert "‹" not in render(ticket, "text", "en")


@pytest.mark.usefixtures("services")
def test_a_customer_switches_between_three(esperanto: str) -> None:
    page = PageTest().click("language-eo")
    assert page.address["lang"] == esperanto
    assert unmarked(page) == []
    page.click("language-ru")
    assert page.address["lang"] == "ru"


def test_without_a_folder_two_languages_are_served() -> None:
    assert served_languages() == ("en", "ru")
    assert translated("Back", ESPERANTO) == "Back"


def test_the_browsers_wish_is_heard(esperanto: str) -> None:
    assert preferred_language("eo-001,eo;q=0.9,en;q=0.5", "en") == esperanto
    assert preferred_language("kk,ru;q=0.8", "en") == "ru"
    assert preferred_language("kk", "en") == "en"


def test_what_is_not_translated_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "uk.yaml").write_text('"Back": "Назад"\n"Next": ""\n', encoding="utf-8")
    use_translations(tmp_path)
    try:
        assert (translated("Back", "uk"), translated("Next", "uk")) == ("Назад", "Next")
    finally:
        use_translations(None)


def test_a_language_has_its_own_plural_forms(tmp_path: Path) -> None:
    """By CLDR: Ukrainian has four, and English two."""
    source = tmp_path / "lines.yaml"
    source.write_text(
        "servers: {en: {one: '{count} server', other: '{count} servers'},"
        " ru: {one: '{count} сервер', few: '{count} сервера', many: '{count} серверов',"
        " other: '{count} сервера'}}",
        encoding="utf-8",
    )
    folder = tmp_path / "translations"
    (folder / "uk").mkdir(parents=True)
    forms = '{one: "{count} сервер", few: "{count} сервери", many: "{count} серверів"}'
    (folder / "uk" / "all.yaml").write_text(f'"{{count}} servers": {forms}\n', encoding="utf-8")
    use_translations(folder)
    try:
        row = load_catalogue(source)["servers"]["uk"]
        said = [row[plural_form(count, "uk")].format(count=count) for count in (1, 3, 5, 21)]
        assert said == ["1 сервер", "3 сервери", "5 серверів", "21 сервер"]
    finally:
        use_translations(None)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("xx", '"Back": "x"', "is no language to add"),
        ("en", '"Back": "x"', "is no language to add"),
        ("de", '"Back"', "write a line a text"),
        ("de", '"{site} is slow": "{seite} ist langsam"', "differ in {seite}, {site}"),
        ("de", "a: [", "de.yaml"),
    ],
)
def test_a_file_that_cant_be_used_says_why(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TranslationError) as refused:
        use_translations(tmp_path)
    assert said in str(refused.value)
    assert served_languages() == ("en", "ru")


def test_lint_names_what_a_language_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By warnings, and only where an operator has added the language."""
    checklist = str(shipped_folder() / "something-else.yaml")
    quiet = CliRunner().invoke(app, ["checklists", "lint", checklist])
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    (tmp_path / "de.yaml").write_text('"Something else": "Etwas anderes"\n', encoding="utf-8")
    monkeypatch.setenv("INTAKE_TRANSLATIONS", str(tmp_path))
    try:
        told = CliRunner().invoke(app, ["checklists", "lint", checklist])
        listed = CliRunner().invoke(app, ["translations", "de"])
    finally:
        use_translations(None)
    assert told.exit_code == 0
    assert re.search(r"something-else\.yaml:\d+:1: warning: not in de", told.stdout)
    assert "English: Something else\n" not in told.stdout
    assert '"Back": ""' in listed.stdout
    assert '"Something else": ""' not in listed.stdout
