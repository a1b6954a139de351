"""
Other sources of incidents: a status page, or a file; off until the operator names them.

A thread of its own reads them once a minute, each within two seconds; customers see the latest
result. A source that hangs delays nobody, and the result of one that fails for ten minutes is
dropped.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
import structlog
import yaml

from intake.incidents.feed_formats import FORMATS, page_of
from intake.incidents.incident import Notice
from intake.vantages.bounded_body import BodyError, read_body

log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0
WITHIN_S: Final = 2.0
_KEEP_S: Final = 600.0
_MAX_BYTES: Final = 1_000_000
_MAX_NOTICES: Final = 3  # of all sources together: the first screen is no status page
_MAX_CONCURRENT: Final = 4
_STOP_WITHIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Feed:
    """One source: a kind of `FORMATS`, and the address of the page or the path of the file."""

    kind: str
    address: str


class FeedError(Exception):
    """The source gave nothing usable."""


class IncidentFeeds:
    """Reads the sources, and keeps their latest results."""

    def __init__(
        self, feeds: Sequence[Feed], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._feeds, self._clock = tuple(feeds), clock
        self._latest: dict[Feed, tuple[float, tuple[Notice, ...]]] = {}
        self._silent: set[Feed] = set()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to read the sources; does nothing if there are none."""
        if not self._feeds or self._thread is not None:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="incident-feeds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop reading the sources."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_STOP_WITHIN_S)

    def notices(self) -> tuple[Notice, ...]:
        """Return the latest notices, without sources that have failed for ten minutes."""
        now = self._clock()
        latest = [self._latest.get(feed) for feed in self._feeds]
        fresh = (entry[1] for entry in latest if entry is not None and now - entry[0] < _KEEP_S)
        return tuple(notice for notices in fresh for notice in notices)[:_MAX_NOTICES]

    def ask_all(self) -> None:
        """Read every source once, in parallel."""
        with ThreadPoolExecutor(_MAX_CONCURRENT, "incident-feed") as pool:
            list(pool.map(self._ask, self._feeds))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.ask_all()
            except RuntimeError:  # the system has no thread left: asked again in a minute
                log.warning("the sources of incidents wait for a thread")
            self._stopping.wait(EVERY_S)

    def _ask(self, feed: Feed) -> None:
        try:
            notices = tuple(read_feed(feed))
        except Exception as error:  # noqa: BLE001 - a stranger's answer ends no thread of ours
            if feed not in self._silent:  # logged once, not once a minute
                log.warning("a source of incidents is silent", kind=feed.kind, why=str(error)[:200])
            self._silent.add(feed)
            return
        self._silent.discard(feed)
        self._latest[feed] = self._clock(), notices


def read_feed(feed: Feed) -> Sequence[Notice]:
    """
    Return what one source says now.

    Raises:
        FeedError: it can't be read in time, or isn't in its format.
    """
    parse = FORMATS[feed.kind][1]
    if feed.kind == "file":
        return tuple(parse(_read_file(Path(feed.address)), ""))
    asked, page = page_of(feed.kind, feed.address)
    return tuple(parse(_get_json(asked), page))


def _read_file(path: Path) -> Any:  # noqa: ANN401 - whatever YAML can say
    try:
        with path.open("rb") as file:
            return yaml.safe_load(file.read(_MAX_BYTES).decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise FeedError(f"{path.name} can't be read: {type(error).__name__}") from error


def _get_json(url: str) -> Any:  # noqa: ANN401 - whatever JSON can say
    ends_at = time.monotonic() + WITHIN_S
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy or a .netrc of the environment isn't meant for this
            with session.get(
                url, timeout=WITHIN_S, stream=True, headers={"Accept": "application/json"}
            ) as response:
                response.raise_for_status()
                return json.loads(read_body(response, limit_bytes=_MAX_BYTES, ends_at=ends_at))
    except (requests.RequestException, BodyError, OSError, ValueError, RecursionError) as error:
        raise FeedError(f"{type(error).__name__}") from error
