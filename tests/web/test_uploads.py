"""Uploads: only for a page that shows a field, within budgets, and a file of the very limit too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from intake.drafts.file_rules import MAX_FILE_BYTES
from intake.ui import uploads
from intake.web.limits.uploads import MEGABYTE, UploadGate, session_of, with_timeout
from tests.event_loop import run_apart


def gate(*, waiting_bytes: Callable[[], int] = lambda: 0, is_allowed: bool = True) -> UploadGate:
    return UploadGate(lambda _session: is_allowed, waiting_bytes)


def statuses(gate: UploadGate, *asked: tuple[str, str, int | None]) -> list[int]:
    refusals = [gate.refusal(*one) for one in asked]
    return [refusal.status if refusal else 0 for refusal in refusals]


def test_a_page_without_a_field_sends_nothing() -> None:
    assert statuses(gate(is_allowed=False), ("page", "client", 1)) == [403]


def test_an_upload_says_how_long_it_is() -> None:
    sizes = [None, MAX_FILE_BYTES, 11 * MEGABYTE + 1]
    assert statuses(gate(), *(("page", "client", size) for size in sizes)) == [411, 0, 413]


def test_a_page_has_a_total() -> None:
    asked = statuses(gate(), *(("page", "client", 10 * MEGABYTE) for _ in range(7)))
    assert asked == [0] * 6 + [429]


def test_a_client_has_a_total_over_all_its_pages() -> None:
    asked = statuses(gate(), *((f"page{n}", "client", 10 * MEGABYTE) for n in range(31)))
    assert asked == [0] * 30 + [429]


def test_a_client_sends_so_many_files() -> None:
    asked = statuses(gate(), *((f"page{n // 10}", "client", 10) for n in range(61)))
    assert asked == [0] * 60 + [429]


def test_all_that_waits_has_a_total() -> None:
    waiting = [0]
    limited = gate(waiting_bytes=lambda: waiting[0])
    assert statuses(limited, ("page", "client", 1)) == [0]
    waiting[0] = 300 * MEGABYTE
    assert statuses(limited, ("page", "other", 1)) == [503]


def test_so_many_are_under_way_at_once() -> None:
    limited = gate()
    with ExitStack() as stack:
        for number in range(32):
            stack.enter_context(limited.count_upload(f"client-{number // 8}"))
        assert statuses(limited, ("page", "client", 1)) == [503]
    assert statuses(limited, ("page", "client", 1)) == [0]


def test_one_client_that_sends_slowly_keeps_nobody_else_waiting() -> None:
    """A browser sends six files at the same time, which is no attack."""
    limited = gate()
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(limited.count_upload("slow"))
        assert statuses(limited, ("page", "slow", 1)) == [0]
        for _ in range(2):
            stack.enter_context(limited.count_upload("slow"))
        assert statuses(limited, ("page", "slow", 1), ("page", "other", 1)) == [503, 0]


def test_a_body_that_stops_coming_is_given_up() -> None:
    async def never() -> dict[str, str]:
        await asyncio.Event().wait()
        return {}

    assert run_apart(with_timeout(never, 0.01)()) == {"type": "http.disconnect"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "session"),
    [
        ("/_stcore/upload_file/3f0c-1a/9b-2", "3f0c-1a"),
        ("/_stcore/upload_file/a", None),
        ("/_stcore/upload_file/a/b/c", None),
        ("/_stcore/upload_file/a/../b", None),
        ("/_stcore/upload_file//b", None),
    ],
)
def test_the_session_is_read_from_the_path(path: str, session: str | None) -> None:
    assert session_of(path) == session


def test_a_run_without_a_field_takes_the_permission_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_session", lambda: "mine")
    with uploads.track_upload_field():
        uploads.allow()
    assert uploads.is_allowed("mine")
    assert not uploads.is_allowed("other")
    with pytest.raises(KeyError), uploads.track_upload_field():
        raise KeyError("broken off to begin anew")
    assert uploads.is_allowed("mine")
    with uploads.track_upload_field():
        pass
    assert not uploads.is_allowed("mine")


def test_the_start_page_takes_no_file(client: TestClient) -> None:
    answer = client.put("/_stcore/upload_file/any/any", content=b"x" * 100)
    assert answer.status_code == 403
