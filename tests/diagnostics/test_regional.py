"""What follows from other places: faults of some of them, and much that looks like one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from diagnostics import Failure, Observation, finding_text, summarise
from diagnostics.rules import Evidence, conclude
from tests.diagnostics.views import FAILED, concluded, is_down, probe, seen, target, worker, works

FAULT, WELL = "net.regional_fault", ("healthy", ["ok.reachable"])
RIGA, BONN = ("Riga, LV", "Bonn, DE")

# The variant of its words, by what the places see.
FAULTS: dict[str, tuple[str, Sequence[Observation]]] = {
    "a-dropped-route": ("", [worker("fault"), worker(place="Rome")]),
    "a-reset-on-the-way": ("", [worker("fault", cause="tcp.reset")]),
    "an-answer-cut-short": ("", [worker("fault", cause="http.timeout")]),
    "a-refusal": ("refused", [worker("fault", cause="http.forbidden", status=403)]),
    "for-legal-reasons": ("refused", [worker("fault", cause="http.forbidden", status=451)]),
    "a-resolver-that-blocks": ("resolver", [worker("fault", cause="dns.nxdomain")]),
    "a-dead-node-of-a-cdn": (
        "elsewhere",
        [worker("fault", cause="http.bad_gateway", addresses=("192.0.2.99",))],
    ),
    "loss": ("hampered", [worker("degraded", cause="net.packet_loss"), worker(place="Rome")]),
    "no-ipv6-there": ("ipv6", [worker("degraded", cause="net.ipv6_broken")]),
    "public-probes-of-one-country": (
        "",
        [probe(FAILED), probe(FAILED, number=2), probe(place=BONN)],
    ),
    "a-refusal-by-country": (
        "refused",
        [probe(status=403), probe(status=403, number=2), probe(place=BONN)],
    ),
    "legal-reasons-everywhere": ("refused", [probe(status=451), probe(status=451, number=2)]),
}

HEALTHY: dict[str, Sequence[Observation]] = {
    "other-addresses": [worker(addresses=("192.0.2.99",)), probe(addresses=("192.0.2.98",))],
    "a-worker-whose-control-fails": [worker("fault", control="fails")],
    "a-worker-without-a-control": [worker("fault", control=None)],
    "a-worker-without-a-network": [worker("inconclusive", cause="net.vantage_offline")],
    "a-resolver-of-its-own-is-dead": [worker("fault", cause="dns.resolver_unreachable")],
    "roots-of-its-own": [worker("fault", cause="tls.untrusted_issuer")],
    "a-clock-of-its-own": [worker("fault", cause="tls.expired")],
    "an-error-of-the-moment": [worker("fault", cause="http.bad_gateway", addresses=("192.0.2.7",))],
    "a-far-place": [worker("degraded", cause="net.high_latency")],
    "loss-of-its-own": [worker("degraded", cause="net.packet_loss", control="fails")],
    "one-public-probe": [probe(FAILED), probe(number=2), probe(place=BONN)],
    "one-public-probe-of-each-country": [probe(FAILED), probe(FAILED, BONN, 2), probe(number=3)],
    "two-public-probes-of-one-network": [probe(FAILED), probe(FAILED, number=2, network="AS1")],
    "programs-are-refused-by-name": [probe(status=403), probe(status=403, number=2), worker()],
    "public-probes-all-fail": [probe(FAILED), probe(FAILED, number=2), probe(FAILED, BONN, 3)],
    "public-probes-with-trouble-of-theirs": [
        probe(Failure.VANTAGE_NO_TIME),
        probe(Failure.VANTAGE_NO_TIME, number=2),
        probe(place=BONN),
    ],
    "no-answer-at-all": [],
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_some_places_is_called_regional(name: str) -> None:
    variant, views = FAULTS[name]
    _, findings = conclude(Evidence(target(), "site", (*works(), *views)))
    assert [finding.code for finding in findings] == [FAULT]
    assert findings[0].parameters["variant"] == variant
    for language in ("en", "ru"):
        text = " ".join(finding_text(findings[0], language))
        assert "…" not in text
        assert any(place in text for place in ("Oslo", "Riga"))
        assert all(summarise(view, language).text for view in views)


@pytest.mark.parametrize("name", HEALTHY)
def test_what_is_no_fault_of_a_place_accuses_nobody(name: str) -> None:
    assert concluded(*works(), *HEALTHY[name]) == WELL
    for view in HEALTHY[name]:
        assert summarise(view, "ru").mark != "fault" or view.failure or _is_of_a_moment(view)


def _is_of_a_moment(view: Observation) -> bool:
    """A line says what a place saw; only the conclusion weighs it."""
    return summarise(view).text.startswith("it doesn't open from")


def test_it_is_grave_where_most_places_do_not_reach_it() -> None:
    two = worker("fault"), worker("fault", "Bergen")
    assert concluded(*works(), *two)[0] == "fault"
    assert concluded(*works(), two[0])[0] == "degraded"
    assert concluded(*works(), *two, worker(place="Rome"))[0] == "degraded"
    # Unverified words make nothing graver.
    assert concluded(*works(), two[0], seen("site", FAILED))[0] == "degraded"


def test_where_all_other_places_reach_it_our_own_failure_is_no_outage() -> None:
    assert concluded(*is_down(), worker()) == ("fault", [FAULT])
    assert concluded(*is_down(), worker(), worker(place="Rome")) == ("degraded", [FAULT])


def test_where_no_place_reaches_it_no_place_is_to_blame() -> None:
    down = concluded(*is_down())
    assert concluded(*is_down(), worker("fault"), probe(FAILED), probe(FAILED, number=2)) == down


def test_loss_that_we_see_too_is_no_matter_of_the_place() -> None:
    both = (*works(addresses=("192.0.2.7", "2001:db8::7")),)
    hampered = worker("degraded", cause="net.ipv6_broken")
    assert concluded(*both, hampered)[1] == [FAULT]
    without = [o for o in both if not o.id.endswith("@2001:db8::7")]
    silent = [o for o in is_down() if o.id == "tcp-443@192.0.2.7"]
    address = {"address": "2001:db8::7", "id": "tcp-443@2001:db8::7"}
    broken = [*without, *(o.model_copy(update=address) for o in silent)]
    here = concluded(*broken)
    if "net.ipv6_broken" in here[1]:
        assert concluded(*broken, hampered) == here
