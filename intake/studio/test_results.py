"""The results of the checklist's tests, with what failed."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.simulation.coverage import coverage_of, with_locations
from intake.authoring.simulation.file_tests import TestResult
from intake.journey import Checklist
from intake.publishing import is_shared
from intake.studio.open_file import OpenFile
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw every test; for a section those of the checklists that use it."""
    if open_file.judgement.errors:
        st.caption(words("studio_after_mistakes", language))
        return
    tests = [(file, test) for file, tests in open_file.judgement.tests.items() for test in tests]
    if not tests:
        st.caption(words("studio_add_tests", language))
    for place, (file, test) in enumerate(tests):
        state = "passed" if test.passed else "failed"
        with st.container(key=f"test-{state}-{place}", gap=None):
            _draw_test(file if is_shared(open_file.name) else "", test, language)
    if open_file.checklist is not None and tests and not is_shared(open_file.name):
        _draw_coverage(open_file, open_file.checklist, language)


def _draw_test(file: str, test: TestResult, language: Language) -> None:
    mark, state = ("✓", "passed") if test.passed else ("✗", "failed")
    verdict = words(f"studio_test_{state}", language)
    origin = f"{escape_markdown(file)} · " if file else ""
    name = escape_markdown(test.name, limit=200)
    st.markdown(f"{mark} {origin}**{name}** :gray[{verdict}]")
    for unmet in test.unmet:
        path = ".".join(str(part) for part in unmet.path)
        st.text(visible(f"{path}: {unmet.message_in(language)}", limit=400))


def _draw_coverage(open_file: OpenFile, checklist: Checklist, language: Language) -> None:
    """Draw the coverage of the tests, and the missed steps with their lines."""
    reached = coverage_of(checklist, open_file.judgement.tests.get(open_file.name, ()))
    shares = {
        "steps": f"{reached.steps.share:.0%}",
        "choices": f"{reached.choices.share:.0%}",
        "ends": f"{reached.ends.share:.0%}",
    }
    st.markdown(words("studio_covered", language, **shares))
    missed = [*reached.steps.missed, *reached.choices.missed]
    names = [*with_locations(missed, open_file.outline), *reached.ends.missed]
    if names:
        st.caption(
            escape_markdown(words("studio_missed", language, names=", ".join(names)), limit=1_200)
        )
