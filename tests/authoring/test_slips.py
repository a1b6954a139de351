"""Mistakes as support leads make them: each told once, at its line, in words that help."""

from __future__ import annotations

import os

import pytest

from intake.authoring.corrections import corrected
from intake.authoring.loader import examine_text
from intake.journey.checklist_paths import shipped_folder
from tests.authoring.slips import BASE, Slip, slips

EVERY = tuple(slips())
# Each costs a reading or three; the long form has all of them.
SLIPS = EVERY if "INTAKE_LONG" in os.environ else EVERY[::4]


def test_the_file_to_slip_in_is_good() -> None:
    examined = examine_text(BASE, folder=shipped_folder())
    assert [str(problem) for problem in examined.problems] == []
    assert examined.checklist is not None


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_told_once_at_its_line(slip: Slip) -> None:
    problems = examine_text(slip.text, folder=shipped_folder()).problems
    assert [(problem.line, problem.code in slip.codes) for problem in problems] == [
        (slip.line, True)
    ], [str(problem) for problem in problems]


def test_a_correction_leaves_less_to_mend() -> None:
    """Whatever is offered was tried; most of it leaves nothing at all."""
    offered = clean = 0
    for slip in SLIPS:
        (problem,) = examine_text(slip.text, folder=shipped_folder()).problems
        new = corrected(slip.text, problem)
        if new is not None:
            after = examine_text(new, folder=shipped_folder()).problems
            offered += 1
            clean += not after
            assert problem.code not in {each.code for each in after if each.line == problem.line}
    assert offered > len(SLIPS) * 0.4
    assert clean / offered > 0.9


@pytest.mark.parametrize(
    "encoded",
    [
        BASE.replace("\n", "\r\n").encode(),
        BASE.encode("utf-8-sig"),
        BASE.replace("\n", "\r").encode(),
    ],
    ids=["Windows line ends", "a byte order mark", "old line ends"],
)
def test_what_an_editor_adds_is_no_mistake(encoded: bytes) -> None:
    text = encoded.decode("utf-8-sig")
    assert examine_text(text, folder=shipped_folder()).problems == ()
