"""What follows from the customer's own browser: each cause, each silence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from diagnostics import Failure, Observation, finding_text
from diagnostics.rules import Evidence, conclude
from tests.diagnostics.views import (
    ALTERED,
    FAILED,
    SIX,
    STALLED,
    TIMED_OUT,
    A,
    by_address,
    concluded,
    friend,
    is_down,
    mobile,
    own,
    port,
    seen,
    target,
    worker,
    works,
)

BOTH = (A, SIX)
DAY_S = 86_400.0

FAULTS: dict[str, tuple[str, Sequence[Observation]]] = {
    "ban-mobile": (
        "client.address_banned",
        [seen("site", TIMED_OUT), port(TIMED_OUT), by_address(TIMED_OUT), own(), mobile()],
    ),
    "ban-friend": (
        "client.address_banned",
        [seen("site", TIMED_OUT), by_address(TIMED_OUT), own(), friend()],
    ),
    "ban-worker": (
        "client.address_banned",
        [seen("site", TIMED_OUT), port(TIMED_OUT), own(), worker()],
    ),
    "ban-that-refuses": (
        "client.address_banned",
        [seen("site", FAILED), by_address(FAILED, scheme="http"), own(), mobile()],
    ),
    "a-resolver-that-remembers": (
        "client.resolver_differs",
        [seen("site", TIMED_OUT), by_address(FAILED), own()],
    ),
    "a-resolver-that-lies-by-http": (
        "client.resolver_differs",
        [seen("site", FAILED), by_address(None, scheme="http"), own()],
    ),
    "a-resolver-by-a-workers-word": (
        "client.resolver_differs",
        [
            seen("site", FAILED),
            own(),
            seen("site", viewer="worker-home", verdict="inconclusive", addresses=("192.0.2.99",)),
        ],
    ),
    "a-portal": ("client.captive_portal", [seen("site", FAILED), own(ALTERED)]),
    "a-clock-far-ahead": (
        "client.clock_wrong",
        [seen("site", FAILED, clock_ahead_s=90 * DAY_S), own()],
    ),
    "a-clock-far-behind": (
        "client.clock_wrong",
        [seen("site", FAILED, clock_ahead_s=-400 * DAY_S), own()],
    ),
    "a-filter-that-cuts": ("client.answer_cut", [seen("site"), seen("part", STALLED), own()]),
    "an-extension": ("client.request_blocked", [seen("site", FAILED), seen("image"), own()]),
    "only-they": ("client.not_reached", [seen("site", FAILED), own(), mobile()]),
    "nobody-else-asked": ("client.not_reached", [seen("site", TIMED_OUT), own()]),
}

HEALTHY: dict[str, Sequence[Observation]] = {
    "reached": [seen("site"), own()],
    "reached-slowly": [seen("site", duration_s=6.0), own()],
    "their-own-connection-broke": [seen("site", TIMED_OUT), own(TIMED_OUT)],
    "a-clock-ahead-that-still-fits": [seen("site", clock_ahead_s=10 * DAY_S), own()],
    "by-mobile-it-was-never-tried-at-home": [mobile(), own()],
    "failed-once-then-came": [
        seen("site", FAILED, viewer="browser-1"),
        seen("site", viewer="browser-3", started_at="2026-11-22T12:05:00Z"),
    ],
    "one-friend-fails": [seen("site"), friend(FAILED)],
    "another-port-fails": [seen("site"), port(TIMED_OUT), by_address(FAILED), own()],
    "a-picture-is-missing": [seen("site"), seen("image", TIMED_OUT), own()],
    "a-portal-that-lets-it-through": [seen("site"), own(ALTERED)],
    "no-ipv6-at-home": [seen("site"), seen("ipv6", FAILED), seen("ipv4"), own()],
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_on_their_side_is_told_and_the_site_stays_healthy(name: str) -> None:
    code, views = FAULTS[name]
    verdict, codes = concluded(*works(), *views)
    assert codes[:2] == [code, "ok.reachable"]
    assert verdict == "healthy"


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_side_is_not_accused(name: str) -> None:
    assert concluded(*works(), *HEALTHY[name]) == ("healthy", ["ok.reachable"])


@pytest.mark.parametrize("name", FAULTS)
def test_where_the_site_is_down_for_us_too_their_side_is_not_accused(name: str) -> None:
    verdict, codes = concluded(*is_down(), *(view for view in FAULTS[name][1][:1]))
    assert verdict != "healthy"
    assert not [code for code in codes if code.startswith("client.")]


def test_broken_ipv6_at_home_is_told_where_the_site_has_ipv6() -> None:
    names = [seen("ipv4"), seen("ipv6", TIMED_OUT)]
    literals = [by_address(TIMED_OUT, SIX), by_address(FAILED)]
    for told in (names, literals):
        views = (seen("site", duration_s=5.0), own(), *told)
        assert concluded(*works(addresses=BOTH), *views)[1][0] == "client.ipv6_broken"
        assert concluded(*works(), *views)[1][0] == "ok.reachable"
    fast = (seen("site"), own(), *names)
    assert concluded(*works(addresses=BOTH), *fast)[1][0] == "ok.reachable"


def test_a_site_with_ipv6_alone_is_told_apart_from_a_broken_home() -> None:
    views = (seen("site", FAILED), own(), seen("ipv4"), seen("ipv6", FAILED))
    _, findings = conclude(Evidence(target(), "site", (*works(addresses=(SIX,)), *views)))
    assert findings[0].code == "client.ipv6_broken"
    assert "A record" in finding_text(findings[0]).remedy


def test_an_answer_that_no_foreign_page_may_read_tells_nothing() -> None:
    """Cross-Origin-Resource-Policy: the browser says "failed" to a request that was answered."""
    shut = works(headers={"cross-origin-resource-policy": "same-origin"})
    assert concluded(*shut, seen("site", FAILED), own()) == ("healthy", ["ok.reachable"])
    shut = works(headers={"cross-origin-resource-policy": "same-origin"})
    assert concluded(*shut, seen("site", TIMED_OUT), own())[1][0] == "client.not_reached"


def test_an_answer_is_called_cut_only_where_nothing_ends_and_our_own_page_does() -> None:
    cut = (seen("site"), seen("part", STALLED), own())
    another = seen("part", url="https://shop.example/small.css")
    assert concluded(*works(), *cut, another)[1] == ["ok.reachable"]
    for page in ({"body_is_whole": False}, {"duration_s": 6.0}):
        assert concluded(*works(**page), *cut)[1] == ["ok.reachable"]
    slow = (seen("site"), seen("part", STALLED), own(TIMED_OUT))
    assert concluded(*works(), *slow)[1] == ["ok.reachable"]


def test_by_https_a_quick_failure_at_the_address_is_no_ban() -> None:
    """No certificate fits a bare address: the failure may be the server's own answer."""
    views = [seen("site", FAILED), port(FAILED), by_address(FAILED), own(), mobile()]
    assert concluded(*works(), *views)[1][0] == "client.not_reached"


def test_another_device_behind_the_same_address_speaks_against_a_ban() -> None:
    views = [seen("site", TIMED_OUT), by_address(TIMED_OUT), own(), mobile()]
    neighbour = friend(network="198.51.100.0/24")
    assert concluded(*works(), *views, neighbour)[1][0] == "client.not_reached"


def test_a_ban_names_the_address_to_unban_only_where_it_can_be_the_one() -> None:
    views = [seen("site", TIMED_OUT, client_address="198.51.100.4"), port(TIMED_OUT), mobile()]
    _, findings = conclude(Evidence(target(), "site", (*works(), *views)))
    assert "198.51.100.4" in finding_text(findings[0]).title
    views[0] = seen("site", TIMED_OUT, client_address="2001:db8:1::4")
    _, findings = conclude(Evidence(target(), "site", (*works(), *views)))
    assert "IPv4" in finding_text(findings[0]).remedy


def test_an_extension_is_not_blamed_where_another_browser_fails_as_well() -> None:
    views = [seen("site", FAILED), seen("image"), own(), mobile(FAILED)]
    assert "client.request_blocked" not in concluded(*works(), *views)[1]


def test_a_fault_of_some_places_is_called_regional() -> None:
    assert concluded(*works(), worker("fault", "Oslo"), worker(place="Rome")) == (
        "degraded",
        ["net.regional_fault"],
    )


def test_two_browsers_in_two_networks_make_a_region_and_two_in_one_do_not() -> None:
    apart = (seen("site", FAILED), friend(FAILED))
    assert concluded(*works(), *apart)[1] == ["net.regional_fault"]
    together = (seen("site", FAILED), own(), friend(FAILED, network="198.51.100.0/24"))
    assert concluded(*works(), *together)[1][0] == "client.not_reached"


def test_what_only_our_server_fails_to_reach_is_regional_and_explains_what_we_saw() -> None:
    for views in ([worker()], [seen("site"), friend()]):
        verdict, findings = conclude(Evidence(target(), "site", (*is_down(), *views)))
        assert verdict == "fault"
        assert findings[0].code == "net.regional_fault"
    refused = is_down(Failure.TCP_REFUSED)
    _, findings = conclude(Evidence(target(), "site", (*refused, worker())))
    assert [finding.code for finding in findings[0].consequences] == ["tcp.refused"]
    assert concluded(*refused, friend())[1][0] == "tcp.refused"


def test_a_worker_that_doubts_itself_says_nothing() -> None:
    doubting = worker("inconclusive"), worker("fault", "Bonn", cause="dns.resolver_unreachable")
    assert concluded(*works(), *doubting) == ("healthy", ["ok.reachable"])
    unable = seen("site", Failure.VANTAGE_NO_TIME, viewer="globalping-1")
    assert concluded(*works(), unable) == ("healthy", ["ok.reachable"])
