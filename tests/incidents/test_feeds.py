"""Status pages of others: what goes on is shown; one that hangs or lies costs nobody anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from intake.incidents import Feed, IncidentFeeds
from intake.incidents.feed_formats import FORMATS
from intake.incidents.feeds import FeedError, read_feed
from intake.settings.incident_feeds import FEED_KINDS
from tests.fakes.http_server import LoopbackServer, QuietHandler

NEWS = "Network trouble in Riga"
ANSWERS: dict[str, Any] = {
    "/api/v2/incidents/unresolved.json": {
        "page": {"name": "Acme"},
        "incidents": [
            {"name": NEWS, "status": "identified", "created_at": "2026-11-29T12:00:00.000Z"},
            {"name": "Old", "status": "resolved", "created_at": "2026-11-28T12:00:00Z"},
        ],
    },
    "/summary.json": {
        "page": {"status": "HASISSUES"},
        "activeIncidents": [{"name": NEWS, "started": "2026-11-29T12:00:00.000Z"}],
    },
    "/api/v1/incidents?sort=id&order=desc&per_page=20": {
        "data": [
            {"name": "Fixed", "status": "4", "latest_status": 4},
            {"name": NEWS, "status": 1, "latest_status": 2, "created_at": "2026-11-29 12:00:00"},
        ]
    },
    "/api/incidents?sort=-id&per_page=20": {
        "data": [
            {"attributes": {"name": NEWS, "status": {"human": "Investigating", "value": 1}}},
            {"attributes": {"name": "Fixed", "status": {"human": "Fixed", "value": 4}}},
        ]
    },
    "/api/status-page/acme": {"incident": {"title": NEWS, "content": "…"}, "publicGroupList": []},
    "/api/status-page/calm": {"incident": None},
}


@pytest.fixture(scope="module")
def status_page() -> Iterator[str]:
    """Answers as the five do; `/hang…` says nothing, `/flood…` too much."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/hang"):
                server.is_over.wait(20)
                return
            known = ANSWERS.get(self.path)
            is_flood = self.path.startswith("/flood")
            body = b"x" * 2_000_000 if is_flood else json.dumps(known).encode()
            self.send_response(200 if known or is_flood else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

    with LoopbackServer(Handler) as server:
        yield server.origin


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("statuspage", ""),
        ("instatus", "/"),
        ("cachet", ""),
        ("cachet3", ""),
        ("uptime-kuma", "/status/acme"),
    ],
)
def test_what_goes_on_is_read(status_page: str, kind: str, path: str) -> None:
    (notice,) = read_feed(Feed(kind, f"{status_page}{path}"))
    assert notice.text == NEWS
    assert notice.link == f"{status_page}{path}".rstrip("/")


def test_a_calm_page_says_nothing(status_page: str) -> None:
    assert read_feed(Feed("uptime-kuma", f"{status_page}/status/calm")) == ()


@pytest.mark.parametrize("path", ["/hang", "/flood", "/not-there"])
def test_a_page_without_an_answer_is_no_trouble_of_ours(
    status_page: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = Feed("instatus", f"{status_page}{path}")
    with monkeypatch.context() as hurried:
        hurried.setattr("intake.incidents.feeds.WITHIN_S", 0.3)
        with pytest.raises(FeedError):
            read_feed(feed)
    # The other page is to answer in time on a busy machine too.
    monkeypatch.setattr("intake.incidents.feeds.WITHIN_S", 5)
    feeds = IncidentFeeds([feed, Feed("uptime-kuma", f"{status_page}/status/acme")])
    assert feeds.notices() == ()  # nothing was heard, and nobody waits
    feeds.ask_all()
    assert [notice.text for notice in feeds.notices()] == [NEWS]


def test_what_was_heard_is_forgotten_when_a_source_stays_silent(status_page: str) -> None:
    now = [0.0]
    feeds = IncidentFeeds([Feed("instatus", status_page)], clock=lambda: now[0])
    feeds.ask_all()
    now[0] = 599
    assert len(feeds.notices()) == 1
    now[0] = 601
    assert feeds.notices() == ()


def test_a_file_says_it_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "news.yaml"
    file.write_text(
        "- Работы в сети до 16:00\n"
        "- {text: Second, link: 'https://status.example/2'}\n"
        "- {text: Third, link: 'javascript:alert(1)'}\n",
        encoding="utf-8",
    )
    first, second, third = read_feed(Feed("file", str(file)))
    assert first.text == "Работы в сети до 16:00"
    assert (second.link, third.link) == ("https://status.example/2", "")


def test_a_setting_names_exactly_what_can_be_read() -> None:
    assert set(FEED_KINDS) == set(FORMATS)


@pytest.mark.parametrize(
    "answer", [None, [], "text", {"activeIncidents": 5}, {"activeIncidents": [None, {"name": 7}]}]
)
def test_nonsense_is_nothing(answer: object, status_page: str) -> None:
    ANSWERS["/odd/summary.json"] = answer or {"x": 1}
    assert read_feed(Feed("instatus", f"{status_page}/odd")) == ()
