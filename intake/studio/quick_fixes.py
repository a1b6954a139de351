"""Applies a problem's suggested correction to the text."""

from __future__ import annotations

from intake.authoring.corrections import corrected
from intake.authoring.problems import Problem
from intake.studio.open_file import OpenFile


def quick_fix(open_file: OpenFile, problem: Problem) -> str | None:
    """Return the text with this problem's suggestion applied, or None unless that fixes it."""
    if not problem.suggestion or problem.file != f"{open_file.name}.yaml":
        return None
    text = corrected(open_file.text, problem)
    if text is None:
        return None
    # A suggestion is offered only after trying it: it may fix one mistake and cause another.
    after = open_file.judge(text)
    is_gone = not any((p.code, p.line) == (problem.code, problem.line) for p in after.problems)
    return text if is_gone and len(after.problems) <= len(open_file.judgement.problems) else None
