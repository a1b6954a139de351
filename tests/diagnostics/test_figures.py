"""What is drawn of a cause: of recorded observations, and nothing where words say it as well."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from diagnostics import Figures, Report, figures_of, figures_of_contract, is_drawn
from diagnostics.rules import conclude
from tests.scenarios.stored import FOLDER, load, load_all

NOW = datetime(2026, 11, 29, tzinfo=UTC)


@cache
def report_of(name: str) -> Report:
    scenario = load(FOLDER / name)
    verdict, findings = conclude(scenario.evidence())
    return Report(
        target=scenario.target,
        kind=scenario.kind,
        verdict=verdict,
        findings=findings,
        observations=scenario.observations,
        started_at=NOW,
        duration_s=1.0,
    )


def test_lost_echoes_are_counted() -> None:
    echoes = figures_of(report_of("path-echo-replies-lost")).round_trips
    assert echoes is not None
    assert (echoes.sent, echoes.received) == (25, 13)


@pytest.mark.parametrize(
    ("name", "phases"),
    [
        ("slow-sleepy", ["name done", "connection done", "first_byte slow", "body done"]),
        ("web-slowhandshake", ["name done", "handshake slow", "first_byte done", "body done"]),
        ("web-hangs", ["name done", "first_byte failed"]),
        ("path-big-answers-vanish-https", ["name done", "handshake failed"]),
        ("mail-first-filtered-example", ["name done", "connection failed"]),
        ("server-hung-no-ping", []),  # one bar is no picture
    ],
)
def test_a_request_is_drawn_as_far_as_it_came(name: str, phases: list[str]) -> None:
    drawn = figures_of(report_of(name)).phases
    assert [f"{phase.phase} {phase.state}" for phase in drawn] == phases


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("dns-both-dead", ["server silent", "server silent", "address "]),
        ("dns-one-of-two-refuses", ["server lame"]),
        ("dns-name-missing", ["server denies", "server denies", "address "]),
        ("dns-names-of-both-missing", ["server missing", "server missing", "address "]),
        ("dns-aliases-in-a-circle", ["address "]),
        ("dns-our-resolver-is-dead", []),  # that is our way, not the name's
        ("dns-a-private-address", []),  # a name and its address are a sentence
    ],
)
def test_a_names_way_shows_where_it_ends(name: str, bad: list[str]) -> None:
    way = figures_of(report_of(name)).name_way
    assert [f"{one.kind} {one.note}" for one in way if not one.is_good] == bad


def test_what_is_drawn_is_said_beforehand() -> None:
    """Only causes that may have a picture have one, and a good name server is never marked."""
    for scenario in load_all():
        report = report_of(scenario.name)
        figures = figures_of(report)
        if figures != Figures():
            assert is_drawn(report.findings[0].code)
            assert len(figures.name_way) <= 10


@pytest.mark.parametrize("name", ["slow-sleepy", "dns-both-dead", "path-echo-replies-lost"])
def test_a_tickets_report_draws_the_same(name: str) -> None:
    report = report_of(name)
    assert figures_of_contract(report.as_dict("en")) == figures_of(report)
