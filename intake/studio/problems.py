"""The mistakes in the text: each with its line, the words underlined."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.authoring.problems import Problem
from intake.studio import companions, editor
from intake.studio.open_file import OpenFile
from intake.studio.quick_fixes import quick_fix
from intake.ui import actions
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words

_MOST = 25
_MAX_FIXES = 5  # suggestions that are tried: each needs a judgement
_WIDTH = 160


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw all mistakes, those in the open file first."""
    problems = sorted(
        open_file.judgement.problems, key=lambda problem: problem.file != _file(open_file.name)
    )
    if not problems:
        st.caption(words("studio_no_problems", language))
        return
    for place, problem in enumerate(problems[:_MOST]):
        with st.container(key=f"problem-{problem.severity}-{place}", gap=None):
            _draw_problem(problem, place, open_file, language)
    if len(problems) > _MOST:
        st.caption(words("studio_more_problems", language, count=len(problems) - _MOST))


def _draw_problem(problem: Problem, place: int, open_file: OpenFile, language: Language) -> None:
    where = escape_markdown(_where(problem, open_file, language))
    if problem.severity == "warning":
        where += f" · {words('studio_is_warning', language)}"
    if problem.file == _file(open_file.name):  # our script puts the cursor there
        st.button(where, key=f"goto-{problem.line}-{place}", type="tertiary")
    else:
        companions.draw_link_to_file(problem, place, where, open_file)
    st.markdown(escape_markdown(_message(problem, language)))
    excerpt = _excerpt(problem, _text_of(problem, open_file))
    if excerpt:
        st.code(excerpt, language=None)
    if place < _MAX_FIXES and not open_file.clashes:
        _draw_quick_fix(problem, place, open_file, language)


def _where(problem: Problem, open_file: OpenFile, language: Language) -> str:
    if problem.file == _file(open_file.name):
        return words("studio_line", language, line=problem.line)
    return words("studio_line_in", language, file=problem.file, line=problem.line)


def _message(problem: Problem, language: Language) -> str:
    """Return the mistake in the author's language, as a sentence."""
    message = problem.message_in(language)
    return message[:1].upper() + message[1:]


def _draw_quick_fix(problem: Problem, place: int, open_file: OpenFile, language: Language) -> None:
    """Draw a button that applies the probable correction."""
    text = quick_fix(open_file, problem)
    if text is not None and problem.suggestion:
        meant = escape_markdown(problem.suggestion.strip(), limit=_WIDTH)
        actions.button(
            words("studio_mend", language, meant=meant),
            key=f"mend-{place}",
            on_click=editor.put,
            args=(open_file.stored, text),
        )


def _text_of(problem: Problem, open_file: OpenFile) -> str:
    return open_file.text_of(problem.file.removesuffix(".yaml"))


def _excerpt(problem: Problem, text: str) -> str:
    """Return the line with its number, and the words of the mistake underlined."""
    lines = text.splitlines()
    # A mistake may be behind the last line, such as an unexpected end.
    if problem.line > len(lines) or not lines[problem.line - 1].strip():
        return ""
    line = visible(lines[problem.line - 1].replace("\t", " "))
    start = max(0, problem.column - 1)
    cut = max(0, start - _WIDTH // 2)
    gutter = f"{problem.line} | "
    marks = "^" * max(1, min(problem.length, len(line) - start))
    under = " " * (len(gutter) + start - cut) + marks
    return f"{gutter}{line[cut : cut + _WIDTH]}\n{under[: len(gutter) + _WIDTH]}"


def _file(name: str) -> str:
    return f"{name}.yaml"
