"""Checklists that a test is about in part: sound but for the contact that each one must ask for."""

from __future__ import annotations

from pathlib import Path

from intake.authoring.lint import lint
from intake.authoring.problems import ChecklistErrors, Problem
from intake.authoring.syntax.assembly import Assembly
from intake.journey import Checklist
from intake.journey.checklist_paths import shipped_folder

CONTACT = "  - {ask: email, kind: e-mail, role: contact, text: E-mail}\n"
# What is missing where no question asks for a contact.
_IN_A_SKETCH = frozenset({"contact-lacking"})


def load_sketch(text: str, *, folder: Path | None = None) -> Checklist:
    """The checklist of a text that may lack a contact; any other mistake is raised."""
    assembly = Assembly(folder or shipped_folder())
    parsed = assembly.read(text, "checklist.yaml")
    problems = [*assembly.problems, *(lint(parsed) if parsed is not None else ())]
    wrong = [problem for problem in problems if _is_wrong(problem)]
    if parsed is None or parsed.head is None or wrong:
        raise ChecklistErrors(wrong)
    steps = tuple(entry.step for entry in parsed.entries if entry.step is not None)
    return Checklist(parsed.head, steps)


def _is_wrong(problem: Problem) -> bool:
    return problem.severity == "error" and problem.code not in _IN_A_SKETCH
