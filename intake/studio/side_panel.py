"""The side panel: one part at a time, chosen in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import streamlit as st

from diagnostics.texts import Language
from intake.studio import diagram, diff, preview, problems, test_results, usage_statistics, versions
from intake.studio.open_file import OpenFile
from intake.ui import actions, address, session
from intake.ui.texts import words

_KEY = "studio-part"
_PARTS: Mapping[str, Callable[[OpenFile, Language], None]] = {
    "problems": problems.draw,
    "preview": preview.draw,
    "tests": test_results.draw,
    "drawing": diagram.draw,
    "difference": diff.draw,
    "history": versions.draw,
    "figures": usage_statistics.draw,
}


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the choice of parts, and the chosen one."""
    wanted = address.part()
    current = wanted if wanted is not None and wanted in _PARTS else "problems"
    # The part is in the address: after Back the widget would still show the previous part.
    session.set_value(_KEY, current)
    st.segmented_control(
        words("studio_parts", language),
        list(_PARTS),
        required=True,
        # Streamlit sends the label of a choice, so a label that changes would lose the click.
        format_func=lambda part: words(f"studio_part_{part}", language),
        key=_KEY,
        label_visibility="collapsed",
        on_change=actions.on_change(_KEY, _choose),
        wrap=True,
    )
    if counts := " · ".join(_counts(open_file, language)):
        st.caption(counts)
    with st.container(key=f"studio-part-{current}"):
        _PARTS[current](open_file, language)


def _choose() -> None:
    address.show_part(session.value(_KEY) or "problems")


def _counts(open_file: OpenFile, language: Language) -> Iterator[str]:
    """Yield the counts of mistakes and passing tests."""
    judgement = open_file.judgement
    if judgement.problems:
        yield words("studio_problem_count", language, count=len(judgement.problems))
    every = sum(map(len, judgement.tests.values()))
    if every and not judgement.errors:
        passing = every - len(judgement.failing)
        yield words("studio_test_count", language, passing=passing, all=every)
