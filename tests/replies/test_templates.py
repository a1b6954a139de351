"""Templates of replies: the good fill themselves, each mistake has its line, nothing can hang."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diagnostics.texts import LANGUAGES
from intake.cli import app
from intake.replies.allowed_syntax import VALUES
from intake.replies.template import FillError, ReplyTemplate
from intake.replies.template_files import SHIPPED, read_templates
from intake.replies.template_store import ReplyTemplates
from intake.replies.ticket_values import template_values
from tests.tickets import example

GOOD = """\
title: {en: "Restarted", ru: "Перезапущено"}
causes: [http.bad_gateway, "tcp.*"]
text:
  en: |
    Hello {{ name }}, {{ target }} answers again.
    {% for finding in findings %}
    - {{ finding.cause }}
    {% endfor %}
  ru: "Здравствуйте, {{ name }}. {{ answers.phone | default('') }}"
"""


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[tuple[int, str, str]]:
    write(folder, text)
    reading = read_templates(folder)
    assert not reading.templates
    return [(mistake.line, mistake.kind, mistake.name) for mistake in reading.mistakes]


def test_a_template_is_filled_in_the_customers_language(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    template = read_templates(tmp_path).templates["own"]
    english = example.ticket(example.draft("en"))
    filled = template.fill("en", template_values(english, brand="AcmeHost", staff="Olga Petrova"))
    assert filled.startswith("Hello Анна Ким, shop.example answers again.\n- The site answers 502")
    russian = template_values(example.ticket(), brand="AcmeHost", staff="Ольга Петрова")
    assert template.fill("ru", russian) == "Здравствуйте, Анна Ким."
    assert template.fill("de", russian).startswith("Hello ")
    assert set(russian) == VALUES


def test_what_a_customer_wrote_is_never_a_template(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    template = read_templates(tmp_path).templates["own"]
    hostile = example.draft("en", name="{{ ''.__class__ }} {% for x in y %}")
    filled = template.fill("en", template_values(example.ticket(hostile), brand="A", staff="B"))
    assert "Hello {{ ''.__class__ }} {% for x in y %}, " in filled


@pytest.mark.parametrize(
    ("code", "fits"),
    [("http.bad_gateway", 2), ("tcp.refused", 1), ("dns.nxdomain", -1), ("", -1)],
)
def test_a_template_is_for_its_causes(tmp_path: Path, code: str, fits: int) -> None:
    write(tmp_path, GOOD)
    assert read_templates(tmp_path).templates["own"].fits(code) == fits


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("{{ target }}", "{{ tarjet }}", (5, "unknown-value", "tarjet")),
        ("finding.cause", "finding.cause | tojson", (7, "unknown-filter", "tojson")),
        ("{{ target }}", "{{ range(9) }}", (5, "not-allowed", "name(…)")),
        ("{{ target }}", "{{ 9 ** 9 }}", (5, "not-allowed", "**")),
        ("{{ target }}", "{{ name ~ name }}", (5, "not-allowed", "~")),
        ("{{ target }}", "{% set a = name %}", (5, "not-allowed", "set")),
        ("{{ target }}", "{% include 'other' %}", (5, "not-allowed", "include")),
        ("{{ target }}", "{{ name.upper }}", (5, "not-allowed", "upper")),
        ("{{ target }}", "{{ answers.__class__ }}", (5, "not-allowed", "__class__")),
        ("{% endfor %}", "", (7, "syntax", "endfor")),
        ('ru: "Здр', 'fr: "Здр', (9, "unknown-language", "fr")),
        ("http.bad_gateway", "http.badgateway", (2, "unknown-cause", "http.badgateway")),
        ("title:", "titel:", (1, "unknown-key", "titel")),
        ('causes: [http.bad_gateway, "tcp.*"]', "causes: all", (2, "no-list", "causes")),
        ("causes:", "text:", (3, "twice", "text")),
        ('title: {en: "Restarted", ', "title: {", (1, "missing-language", "en")),
        ("text:", "text: [", (0, "no-yaml", "")),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_its_line(
    tmp_path: Path, before: str, after: str, expected: tuple[int, str, str]
) -> None:
    found = mistakes(tmp_path, GOOD.replace(before, after))
    line, kind, name = expected
    assert any(kind == told and line in (0, at) and name in about for at, told, about in found), (
        found
    )
    for mistake in read_templates(tmp_path).mistakes:
        for language in LANGUAGES:
            assert "{" not in mistake.message_in(language).replace("{…}", "")


@pytest.mark.parametrize("text", ["", "[]", "x", "a: " * 3_000, "[" * 2_000, "a: &a [*a]", "é"])
def test_what_is_no_template_is_told(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)


def test_a_file_that_is_no_text_or_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    write(tmp_path, "x" * 70_000, "b.yaml")
    assert [m.kind for m in read_templates(tmp_path).mistakes] == ["unreadable", "too-large"]


def test_a_name_is_corrected(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("{{ target }}", "{{ targett }}"))
    (mistake,) = read_templates(tmp_path).mistakes
    assert "“target” is meant" in mistake.message_in("en")
    assert "«target»" in mistake.message_in("ru")


def test_the_worst_that_may_be_written_ends_at_once() -> None:
    """Two loops over the longest lists, as often as the text has room for."""
    loops = "{% for a in addresses %}{% for b in addresses %}{{ a }}{% endfor %}{% endfor %}"
    template = ReplyTemplate("worst", {"en": "x"}, {"en": loops * 100})
    values = dict.fromkeys(VALUES, "") | {"addresses": ["x" * 50] * 20}
    begun = time.process_time()
    with pytest.raises(FillError) as error:
        template.fill("en", values)
    assert error.value.kind == "too-long"
    assert time.process_time() - begun < 5


def test_a_value_that_the_ticket_lacks_is_named() -> None:
    template = ReplyTemplate("x", {"en": "x"}, {"en": "{{ answers.phone }}"})
    with pytest.raises(FillError) as error:
        template.fill("en", template_values(example.ticket(), brand="A", staff="B"))
    assert error.value.kind == "missing"
    assert "phone" in error.value.name


def test_ours_are_whole_and_fit_every_ticket() -> None:
    reading = read_templates(SHIPPED)
    assert not reading.mistakes
    assert len(reading.templates) >= 10
    empty = example.ticket(example.draft("en"), reference="H4X-7PM-2KP").model_copy(
        update={"verdict": None, "diagnoses": (), "items": ()}
    )
    for template in reading.templates.values():
        for ticket in (example.ticket(), empty):
            for language in LANGUAGES:
                values = template_values(ticket, brand="AcmeHost", staff="Olga Petrova")
                filled = template.fill(language, values)
                assert "{" not in filled
                assert "\n\n\n" not in filled, template.name
                assert "None" not in filled


def test_an_operators_file_takes_the_place_of_ours_without_a_restart(tmp_path: Path) -> None:
    templates = ReplyTemplates(tmp_path)
    ours = {template.name: template for template in templates.all()}
    path = write(tmp_path, GOOD, "solved.yaml")
    theirs = {template.name: template for template in templates.all()}
    assert theirs.keys() == ours.keys()
    assert theirs["solved"].is_own
    path.write_text(GOOD.replace("{{ target }}", "{{ nothing }}"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert not {t.name: t for t in templates.all()}["solved"].is_own
    (mistake,) = templates.mistakes()
    assert mistake.kind == "unknown-value"
    first = templates.for_cause("http.bad_gateway")[0]
    assert "http.bad_gateway" in first.causes


def test_the_command_tells_each_mistake(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["replies", "lint", "--language", "en"]).exit_code == 0
    write(tmp_path, GOOD.replace("{{ target }}", "{{ targett }}"))
    told = run.invoke(app, ["replies", "lint", str(tmp_path), "--language", "ru"])
    assert told.exit_code == 1
    assert f"{tmp_path / 'own.yaml'}:5: В обращении нет «targett»" in told.output
    row = json.loads(run.invoke(app, ["replies", "lint", str(tmp_path), "--json"]).output)
    assert (row["line"], row["code"]) == (5, "unknown-value")
    missing = run.invoke(app, ["replies", "lint", str(tmp_path / "none")])
    assert missing.exit_code == 2
    listed = run.invoke(
        app, ["replies", "list", "--language", "ru"], env={"INTAKE_REPLIES": str(tmp_path)}
    )
    assert "502-restarted" in listed.output
