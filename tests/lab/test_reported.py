"""No reported fault is forgotten: each has its case in the lab, or its test."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.lab.reported import REPORTED, Reported
from tests.lab.worlds import CASES

DIAGNOSTICS = Path(__file__).parents[1] / "diagnostics"


@pytest.mark.parametrize("reported", REPORTED, ids=lambda reported: reported.seen)
def test_a_reported_fault_has_its_case(reported: Reported) -> None:
    if reported.test:
        file, _, name = reported.test.partition("::")
        tree = ast.parse((DIAGNOSTICS / file).read_bytes())
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        return
    expected = {
        case.expected
        for case in CASES
        if case.world == reported.world
        if case.name == reported.case
    }
    assert reported.expected in expected
