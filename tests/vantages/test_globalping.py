"""Globalping's probes look too: what is sent, what is believed, what its troubles do to us."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from diagnostics import Options, VantageObservation, read_target
from intake.vantages.globalping import POLL_S, Globalping
from intake.vantages.vantage import VantageJob
from tests.fakes.globalping import FakeGlobalping, Trouble, failed, finished, offline

PLACES = ("Germany", "Latvia")


def job(text: str = "https://shop.example/basket?customer=7", **more: Any) -> VantageJob:
    facts: dict[str, Any] = {"kind": "site", "is_named_publicly": True} | more
    return VantageJob(target=read_target(text).target, **facts)


class Asked:
    """One look, and what it delivered."""

    def __init__(self, fake: FakeGlobalping, *, give_up_s: float = 30.0, **more: Any) -> None:
        self.globalping = Globalping(
            PLACES, Options(), api=fake.url, poll_s=0.01, give_up_s=give_up_s, **more
        )
        self.seen: Sequence[VantageObservation] | None = None
        self._ended = threading.Event()

    def begin(self, asked: VantageJob | None = None) -> int:
        self._ended.clear()
        return self.globalping.begin(asked or job(), self._deliver)

    def wait(self) -> Sequence[VantageObservation]:
        assert self.begin() == 1
        assert self._ended.wait(60)
        assert self.seen is not None
        return self.seen

    def _deliver(self, seen: Sequence[VantageObservation]) -> None:
        self.seen = seen
        self._ended.set()


def test_only_the_targets_name_goes_there() -> None:
    with FakeGlobalping() as fake:
        Asked(fake, token="a-token-of-a-test-long-enough").wait()
        Asked(fake).wait()
        assert Asked(fake).begin(job("http://shop.example:8080/")) == 1
    assert fake.asked[0] == {
        "type": "http",
        "target": "shop.example",
        "locations": [{"magic": "Germany", "limit": 2}, {"magic": "Latvia", "limit": 2}],
        "measurementOptions": {"protocol": "HTTPS", "request": {"method": "GET", "path": "/"}},
    }
    assert fake.tokens[:2] == ["Bearer a-token-of-a-test-long-enough", ""]


def test_each_probe_is_a_view_once_the_measurement_is_final() -> None:
    results = [finished(), failed(city="Köln", asn=2), finished("LV", "Riga", 3, statusCode=403)]
    with FakeGlobalping(results, polls=3) as fake:
        seen = Asked(fake).wait()
    assert fake.polled == 4
    assert [(o.viewer, o.place, o.network, o.status) for o in seen] == [
        ("globalping-1", "Bonn, DE", "AS1", 200),
        ("globalping-2", "Köln, DE", "AS2", None),
        ("globalping-3", "Riga, LV", "AS3", 403),
    ]
    assert [o.failure for o in seen] == [None, "fetch_failed", None]
    assert seen[0].addresses == ("93.184.215.14",)
    assert POLL_S >= 0.5


def test_a_probe_with_trouble_of_its_own_says_nothing() -> None:
    results = [
        offline(),
        failed(source="resolver"),
        failed(source="internal"),
        finished(statusCode=None),
        finished(resolvedAddress="10.0.0.7"),
        finished(resolvedAddress="127.0.0.1"),
        finished(resolvedAddress="::ffff:192.168.1.1"),
        finished(resolvedAddress="169.254.169.254"),
    ]
    with FakeGlobalping(results) as fake:
        assert Asked(fake).wait() == ()


@pytest.mark.parametrize(
    "result",
    [
        {"probe": {}, "result": {}},
        finished(country="Germany"),
        finished(asn=-1),
        finished(statusCode=99_999),
        finished() | {"result": {"status": "perhaps"}},
    ],
)
def test_a_result_of_another_form_is_not_believed(result: dict[str, Any]) -> None:
    with FakeGlobalping([result]) as fake:
        assert Asked(fake).wait() == ()


def test_a_probes_words_are_harmless() -> None:
    with FakeGlobalping([finished(city="Bo\u202enn, \x1b[2J" + "x" * 500)]) as fake:
        (seen,) = Asked(fake).wait()
    assert seen.place.isprintable()
    assert seen.place.endswith(", DE")
    assert len(seen.place) < 60


@pytest.mark.parametrize(
    "trouble", ["429", "422", "401", "500", "closes", "garbage", "huge", "429-get"]
)
def test_its_trouble_ends_the_look_with_nothing_seen(trouble: Trouble) -> None:
    with FakeGlobalping(trouble=trouble) as fake:
        assert Asked(fake).wait() == ()


@pytest.mark.parametrize("trouble", ["429", "429-get", "401", "closes"])
def test_after_a_refusal_it_is_left_in_peace(trouble: Trouble) -> None:
    with FakeGlobalping(trouble=trouble) as fake:
        asked = Asked(fake)
        asked.wait()
        assert asked.begin() == 0
    assert len(fake.asked) == 1


def test_a_budget_that_is_nearly_spent_is_not_overdrawn() -> None:
    with FakeGlobalping(remaining=7) as fake:
        asked = Asked(fake)
        asked.wait()
        assert asked.begin() == 0
    with FakeGlobalping(remaining=7, credits=50) as fake:
        asked = Asked(fake)
        asked.wait()
        assert asked.begin() == 1


def test_a_measurement_that_never_ends_is_given_up() -> None:
    with FakeGlobalping(polls=10**9) as fake:
        assert Asked(fake, give_up_s=0.1).wait() == ()


def test_a_stalled_answer_blocks_no_other_look() -> None:
    with FakeGlobalping(trouble="stalls") as fake:
        asked = Asked(fake)
        taken = [asked.begin() for _ in range(20)]
        assert taken == [1] * 12 + [0] * 8
        asked.globalping.stop()
        assert asked.begin() == 0


def test_what_is_not_public_or_no_site_is_not_named_there() -> None:
    with FakeGlobalping() as fake:
        asked = Asked(fake)
        assert asked.begin(job(is_named_publicly=False)) == 0
        assert asked.begin(job(kind="server")) == 0
    assert not fake.asked
