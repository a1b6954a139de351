"""Rules are data: the operator's own are read, and a slip in them is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.incidents import RuleFileError, read_rules


def test_ours_propose_by_address_name_server_and_network() -> None:
    assert {rule.same for rule in read_rules()} == {"address", "dns", "network"}


def test_an_operators_own_are_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- {same: address, customers: 2, minutes: 15}\n", encoding="utf-8")
    (rule,) = read_rules(file)
    assert (rule.customers, rule.window.total_seconds()) == (2, 900)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {same: adress, customers: 3, minutes: 60}", "rule 1: 'same' is one of address"),
        (
            "- {same: address, customers: 1, minutes: 60}",
            "rule 1: 'customers' is a whole number",
        ),
        ("- {same: address, customers: 3}", "rule 1: 'minutes:' is missing"),
        ("- [", "line 1: this can't be read as YAML"),
        ("same: address", "write a list of rules"),
        ("- {same: address, customers: 3, minutes: 60, days: 1}", "'days' isn't written"),
        ("x" * 70_000, "64 KB"),
    ],
)
def test_a_slip_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError, match=told):
        read_rules(file)
