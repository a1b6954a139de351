"""The text as it was probably meant, where a problem knows it."""

from __future__ import annotations

from intake.authoring.corrections import corrected
from intake.authoring.problems import Problem
from intake.studio.open_file import OpenFile


def quick_fix(open_file: OpenFile, problem: Problem) -> str | None:
    """The whole text with this problem's suggestion in its place; None unless that mends it."""
    if not problem.suggestion or problem.file != f"{open_file.name}.yaml":
        return None
    text = corrected(open_file.text, problem)
    if text is None:
        return None
    # A suggestion is offered only when it was tried: it may mend one mistake and make another.
    after = open_file.judge(text)
    is_gone = not any((p.code, p.line) == (problem.code, problem.line) for p in after.problems)
    return text if is_gone and len(after.problems) <= len(open_file.judgement.problems) else None
