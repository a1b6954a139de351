"""Reports the failed tests of a checklist's file as problems at their lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Problem
from intake.authoring.simulation.file_tests import TestResult, UnmetExpectation, run_tests
from intake.authoring.syntax.text_file import read_text
from intake.authoring.syntax.yaml_reader import read_yaml
from intake.free_text import Router
from intake.journey.checklist import Checklist


def problems_of_tests(checklist: Checklist, file: Path, router: Router) -> Iterator[Problem]:
    """
    Yield one problem for each failed test, at the line of an expectation that isn't met.

    `router` knows the routing words of the whole folder.
    """
    failed = _failed(run_tests(checklist, router))
    text = read_text(file) if failed else ""
    root = read_yaml(text, file=str(file))[0] if isinstance(text, str) and text else None
    names = [scenario.name for scenario in checklist.head.tests]
    for name, (result, unmet) in failed.items():
        index = names.index(name)
        # A `for-each` test has a label with the values of the variant that failed.
        variant = result.name.removeprefix(name).strip(" ()")
        case = phrase("of-variant", variant=cut(variant)) if variant else phrase("none")
        words = phrase("test-fails", words=unmet.words, case=case)
        if root is not None:
            place = root.find(("tests", index, *unmet.path))
            yield Problem.at(str(file), place, words)


def _failed(results: tuple[TestResult, ...]) -> dict[str, tuple[TestResult, UnmetExpectation]]:
    """Return the first failed variant of each test by its name, with the main unmet expectation."""
    failed: dict[str, tuple[TestResult, UnmetExpectation]] = {}
    for result in results:
        if not result.passed:
            # An unmet `expect` explains more than an answer that no step asked for.
            expected = [unmet for unmet in result.unmet if unmet.path[0] == "expect"]
            failed.setdefault(result.scenario.name, (result, (expected or result.unmet)[0]))
    return failed
