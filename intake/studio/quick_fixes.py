"""The text as it was probably meant, where a problem knows it."""

from __future__ import annotations

from intake.authoring.messages import registry
from intake.authoring.problems import Problem
from intake.bootstrap import services
from intake.studio.open_file import OpenFile


def quick_fix(open_file: OpenFile, problem: Problem) -> str | None:
    """The whole text with this problem's suggestion in its place; None unless that mends it."""
    if not problem.suggestion or problem.file != f"{open_file.name}.yaml":
        return None
    lines = open_file.text.split("\n")
    if problem.line > len(lines):
        return None
    lines[problem.line - 1] = _line(lines[problem.line - 1], problem, problem.suggestion)
    text = "\n".join(lines)
    # A suggestion is offered only when it was tried: it may mend one mistake and make another.
    after = services().publisher.judge(open_file.name, text)
    is_gone = not any((p.code, p.line) == (problem.code, problem.line) for p in after.problems)
    return text if is_gone and len(after.problems) <= len(open_file.judgement.problems) else None


def _line(line: str, problem: Problem, suggestion: str) -> str:
    """After a slip of YAML the suggestion is the whole line, else a word for the underlined one."""
    if registry()[problem.code].topic == "yaml":
        return suggestion
    start = problem.column - 1
    return line[:start] + suggestion + line[start + problem.length :]
