"""Good files, broken at random: always a checklist or messages, never a traceback."""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.authoring.drawing.diagram import mermaid
from intake.authoring.loader import examine_file, examine_text
from intake.authoring.simulation.file_tests import run_tests
from intake.authoring.simulation.fuzzing import walk_once
from intake.journey import Checklist
from intake.journey.checklist_paths import shipped_folder

SMALL = """checklist: small
title: {en: "A site", ru: "Сайт"}
record: server-down
steps:
  - ask: site
    kind: target
    text: {en: "Enter the site", ru: 'Укажите: сайт'}
    why: >-
      We test
      this one
  - check: web
    diagnose: site
    of: site
  - ask: scope
    kind: choice
    text: Scope
    show-if:
      not: {web.finding: [dns.nxdomain, unknown]}
      any: [{site: unknown}, {web.status: 500-599}]
    answer-from: [{when: {web.verdict: fault}, is: all}]
    if-measured: note
    choices: {one: {en: One, ru: Один}, all: {en: All, ru: Все}}
    record: [ping, ssh]
  - tell: pay
    show-if: [{scope: all}, {web.layer: [dns, tls]}]
    about: web
    text: Pay
    do: [One, Two]
    solved: offer
  - use: sections/contact
    show-if: {scope: [one, unknown]}
  - end: solved
    text: {en: Only one, ru: Только один}
    show-if: {scope: one}
ticket:
  subject: "{site}: {web.cause}"
  priority: [{when: {scope: all}, is: urgent}, {otherwise: normal}]
  queue: [{when: {web.layer: [dns, tls]}, is: domains}, {otherwise: hosting}]
tests:
  - name: one
    given: {web: {finding: http.bad_gateway}}
    answers: {site: shop.example}
    expect: {end: ticket}
"""
# The same without what lint finds in it: items of record that nobody gives, and a contact that
# is not always asked.
WRONG_IN_SMALL = (
    "record: server-down\n",
    "    record: [ping, ssh]\n",
    "    show-if: {scope: [one, unknown]}\n",
)
SOUND = functools.reduce(lambda text, wrong: text.replace(wrong, ""), WRONG_IN_SMALL, SMALL)
SHIPPED = {each.stem: each.read_text(encoding="utf-8") for each in shipped_folder().glob("*.yaml")}
SOURCES = SHIPPED | {"small": SMALL, "sound": SOUND}
SNIPPETS = [
    "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\t", "'", '"', "#", "&a ", "*a",
    "!!x ", "<<: ",
    "|", ">", "?", "%", "@", "`", ",", "~", "null", "true", "no", "---\n", "...\n",
    "\x00", "\ud800",
    "\u2028", "\ufeff", "é", "1e999", "not", "any", "unknown", "{not: ", "{a: b}", "[]", "{}", "''",
    "show-if", "steps", "choices: ", "0x1F", "-1", "500-599", "< 3", "\\", "\r", "🙂", " " * 50,
]  # fmt: skip


def _examine(text: str, data: st.DataObject) -> None:
    examined = examine_text(text, folder=shipped_folder())
    for problem in examined.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.message_in("ru")
    if examined.checklist is not None:
        _use(examined.checklist, data)
    else:
        assert any(problem.severity == "error" for problem in examined.problems)


def _use(checklist: Checklist, data: st.DataObject) -> None:
    """An accepted file doesn't fail at run time: walked to its end, pinned, and tested."""
    pinned = Checklist.from_json(checklist.to_json())
    assert pinned.version == checklist.version
    trouble = walk_once(pinned, data.draw)
    assert trouble is None, trouble
    for result in run_tests(checklist):
        assert result.name
    outlined = mermaid(checklist, "ru", ())
    assert outlined.startswith("flowchart")


def test_the_file_to_break_is_sound_before() -> None:
    problems = examine_text(SOUND, folder=shipped_folder()).problems
    assert [each for each in problems if each.severity == "error"] == []


@st.composite
def mutated(draw: st.DrawFn, source: str) -> str:
    text = source
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["cut", "insert", "double", "swap", "line"])):
            case "cut":
                text = text[:start] + text[start + draw(st.integers(1, 40)) :]
            case "insert":
                text = text[:start] + draw(st.sampled_from(SNIPPETS)) + text[start:]
            case "double":
                end = start + draw(st.integers(1, 60))
                text = text[:end] + text[start:end] + text[end:]
            case "swap":
                other = draw(st.integers(0, len(text)))
                low, high = sorted((start, other))
                text = text[:low] + text[high : high + 20] + text[low:high] + text[high + 20 :]
            case _:
                lines = text.split("\n")
                del lines[min(text[:start].count("\n"), len(lines) - 1)]
                text = "\n".join(lines)
    return text


BOUNDED = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(mutated(SMALL) | mutated(SOUND), st.data())
@settings(BOUNDED, max_examples=100)
def test_a_broken_checklist_never_gives_a_traceback(text: str, data: st.DataObject) -> None:
    _examine(text, data)


MANY = {"small": 8_000, "sound": 7_000, "every-step": 2_500, "something-else": 1_500}
MANY |= {"site-down": 500, "server-down": 500}


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.skipif("INTAKE_LONG" not in os.environ, reason="the slow form: make test-long")
@pytest.mark.parametrize("name", MANY)
def test_a_broken_checklist_never_gives_a_traceback_in_twenty_thousand(name: str) -> None:
    @given(mutated(SOURCES[name]), st.data())
    @settings(BOUNDED, max_examples=MANY[name], derandomize=False)
    def examine(text: str, data: st.DataObject) -> None:
        _examine(text, data)

    examine()


@pytest.mark.parametrize("key", ["<string>", "<mapping>", "<otherwise>", "[key]", "< 3", "<"])
def test_a_key_that_looks_like_a_mark_of_our_models_is_told(key: str) -> None:
    """Every key of a sound file in turn: each is told, or taken where any name may stand."""
    keys = sorted(set(re.findall(r"(?<![\w-])[a-z][\w.-]*(?=: )", SOUND)))
    assert len(keys) > 20
    for known in keys:
        text = re.sub(rf"(?<![\w-]){re.escape(known)}(?=: )", f'"{key}"', SOUND, count=1)
        for problem in examine_text(text, folder=shipped_folder()).problems:
            assert problem.message_in("ru")


@given(st.binary(max_size=300))
@BOUNDED
def test_any_bytes_are_told(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file: Path = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)
    assert examine_file(file).problems
