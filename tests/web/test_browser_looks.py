"""A browser's look at a target: one answer a token, nothing of a stranger's believed or kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from diagnostics import Report
from tests.web.look_world import LookWorld, Site, new_database

REACHED = {"clock": 0, "seen": [[0, "reached", 40], [1, "reached", 120]]}
FAILED = {"seen": [[0, "reached", 40], [1, "failed", 120]]}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return new_database(tmp_path_factory.mktemp("looks"))


@pytest.fixture
def world(site: Site, engine: Engine) -> LookWorld:
    return LookWorld(engine, site.url)


def visitor(world: LookWorld, address: str = "198.51.100.4") -> TestClient:
    client = (address, 50_000)
    return TestClient(world.app, base_url="http://localhost", client=client)


def answer(world: LookWorld, token: str, said: object, address: str = "198.51.100.4") -> int:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    return (
        visitor(world, address)
        .post(f"/look/{token}/done", content=body, headers=headers)
        .status_code
    )


def test_the_frame_may_ask_nothing_but_the_judged_target_and_us(world: LookWorld) -> None:
    response = visitor(world).get(f"/look/{world.look()}")
    policy = dict(
        rule.split(" ", 1) if " " in rule else (rule, "")
        for rule in response.headers["content-security-policy"].split("; ")
    )
    origin = world.text.removesuffix("/")
    assert policy["connect-src"] == f"'self' {origin}"
    assert policy["img-src"] == origin
    assert policy["default-src"] == "'none'"
    assert policy["sandbox"] == "allow-scripts"
    assert policy["frame-ancestors"] == "'self'"
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert "unsafe" not in response.headers["content-security-policy"]


def test_an_answer_is_taken_once_and_reaches_the_report(world: LookWorld) -> None:
    token = world.look()
    assert answer(world, token, FAILED) == 204
    assert answer(world, token, REACHED) == 410
    assert world.codes == ["client.not_reached", "ok.reachable"]
    assert world.run.facts["seen-from"] == "not-by-the-customer"
    (seen,) = world.report.seen_from()
    assert seen["network"] == "198.51.100.0/24"
    assert seen["reached"] is False


def test_the_same_page_looks_once_and_another_network_or_measurement_anew(
    world: LookWorld,
) -> None:
    token = world.look()
    assert world.look() == token
    answer(world, token, FAILED)
    assert world.views.token_for(world.draft_id, world.run, "198.51.100.4") is None
    other = world.look("203.0.113.9")
    answer(world, other, REACHED, "203.0.113.9")
    assert len(world.report.seen_from()) == 2
    world.measure()
    assert world.look() != token


def test_what_was_seen_stays_with_the_check_when_it_is_measured_again(world: LookWorld) -> None:
    answer(world, world.look(), FAILED)
    report = world.measure()
    assert not report.seen_from()
    world.views._checks.take_views(world.draft_id, "web")
    assert world.report.seen_from()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[" * 4000,
        b"x" * 5000,
        b'{"seen": 1}',
        b'{"seen": [[1]]}',
        b'{"seen": [[1, "owned", 3]]}',
        b'{"seen": [[99, "failed", 3]]}',
        b'{"seen": [[-1, "failed", 3]]}',
        b'{"seen": [[true, "failed", 3]]}',
        b'{"seen": [["1", "failed", NaN], [0, "failed", 1]]}',
        b'{"seen": [[0, "failed", 3]]}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_makes_no_sense_spends_nothing(world: LookWorld, said: bytes) -> None:
    token = world.look()
    assert answer(world, token, said) in {410, 413}
    assert answer(world, token, REACHED) == 204


def test_absurd_times_and_clocks_are_bounded(world: LookWorld) -> None:
    said = {"clock": 1e300, "seen": [[1, "failed", 1e300], [0, "reached", -5]]}
    assert answer(world, world.look(), said) == 204
    views = [o for o in world.report.observations if o.probe == "vantage"]
    assert {o.duration_s for o in views} == {0.0, 60.0}
    assert {o.clock_ahead_s for o in views} == {None}


def test_a_foreign_page_can_answer_for_nobody_and_a_token_is_no_draft(world: LookWorld) -> None:
    client = visitor(world)
    assert client.get("/look/none").status_code == 404
    assert client.post("/look/none/done", content=b"{}").status_code == 410
    foreign = {"Origin": "https://evil.example"}
    assert client.post(f"/look/{world.look()}/done", headers=foreign).status_code == 403
    assert (
        client.post(
            f"/friend/{world.friend()}", headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"}
        ).status_code
        == 403
    )


def test_a_target_that_may_not_be_probed_is_asked_of_nobody(world: LookWorld) -> None:
    inside = world.report.model_copy(update={"addresses": ("10.0.0.5",)})
    world.save(inside)
    assert world.views.token_for(world.draft_id, world.run, "198.51.100.4") is None
    client = visitor(world)
    assert client.post(f"/friend/{world.friend()}").status_code == 404


def test_previews_spend_nothing_and_three_friends_are_counted(world: LookWorld) -> None:
    """Messengers open each link themselves, some of them many times."""
    token = world.friend()
    for number in range(5):
        page = visitor(world, f"192.0.2.{number}").get(f"/friend/{token}")
        assert page.status_code == 200
        assert "127.0.0.1" in page.text
    for number in (1, 2, 3):
        address = f"203.0.{number}.7"
        begun = visitor(world, address).post(f"/friend/{token}", headers={"Origin": "null"})
        look = begun.text.split("/look/")[1].split("?")[0]
        assert answer(world, look, REACHED, address) == 204
    assert [row["viewer"] for row in world.report.seen_from()] == [
        "friend-1",
        "friend-2",
        "friend-3",
    ]
    assert not any(row["verified"] for row in world.report.seen_from())
    fourth = visitor(world).get(f"/friend/{token}")
    assert fourth.status_code == 410
    assert "Three people" in fourth.text
    assert visitor(world).post(f"/friend/{token}").status_code == 410


def test_a_fourth_that_began_before_the_third_was_done_is_not_counted(world: LookWorld) -> None:
    token = world.friend()
    link = world.views.find_link(token)
    assert link is not None
    looks = [world.views.begin_friend(token, link) for _ in range(4)]
    taken = [answer(world, str(look), REACHED, f"203.0.{n}.7") for n, look in enumerate(looks)]
    assert taken == [204, 204, 204, 410]
    assert len(world.report.seen_from()) == 3


def test_the_next_day_a_friends_link_says_so_and_may_be_made_anew(world: LookWorld) -> None:
    token = world.friend()
    world.clock.ahead = timedelta(hours=24, minutes=1)
    page = visitor(world).get(f"/friend/{token}?lang=ru")
    assert page.status_code == 410
    assert "сутки" in page.text
    assert world.friend() == token
    assert visitor(world).get(f"/friend/{token}").status_code == 200


def test_a_friend_sees_the_host_and_nothing_else_of_the_case(site: Site, engine: Engine) -> None:
    world = LookWorld(engine, f"{site.url}secret/path?key=1")
    token = world.friend()
    page = visitor(world).post(f"/friend/{token}").text
    look = page.split("/look/")[1].split("?")[0]
    assert "secret" not in page + visitor(world).get(f"/look/{look}").text
    assert world.token not in page
    assert token != world.token


def test_what_a_friend_reports_keeps_a_coarse_network_alone(world: LookWorld) -> None:
    token = world.friend()
    link = world.views.find_link(token)
    assert link is not None
    look = world.views.begin_friend(token, link)
    answer(world, str(look), REACHED, "2001:db8:5:6::77")
    assert "2001:db8:5:6::77" not in world.report.model_dump_json()
    assert world.report.seen_from()[0]["network"] == "2001:db8:5::/48"


def test_a_report_of_an_earlier_release_is_still_read(world: LookWorld) -> None:
    document = world.report.model_dump(mode="json")
    del document["is_complete"]
    assert Report.model_validate(document).is_complete
