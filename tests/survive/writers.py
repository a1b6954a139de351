"""Customers who write to a served product one after the other, each from a network of their own."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import select, text

from intake import database as db
from tests.survive.outcome import Outcome
from tests.survive.plain_customer import Told, write_to_a_person

_PAUSE_S = 0.2
_ANSWER_WITHIN_S = 60
_PATIENCE = 1_500  # tries, a fifth of a second apart
_NETWORKS = count(1)


class _FromAddress(HTTPAdapter):
    """Comes from an address of its own: one network may send ten tickets in ten minutes."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__(pool_connections=1)

    def init_poolmanager(self, *arguments: object, **more: object) -> None:
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **more)  # type: ignore[arg-type]


class _Browser:
    """A session that follows nothing and waits no longer than a person."""

    def __init__(self) -> None:
        number = next(_NETWORKS)
        self._session = requests.Session()
        self._session.mount("http://", _FromAddress(f"127.3.{number // 250}.{number % 250 + 1}"))

    def get(self, url: str, /) -> Any:
        return self._session.get(url, timeout=_ANSWER_WITHIN_S)

    def post(self, url: str, /, *, data: Any) -> Any:
        return self._session.post(url, data=data, timeout=_ANSWER_WITHIN_S, allow_redirects=False)

    def close(self) -> None:
        self._session.close()


@dataclass
class Writers:
    """Threads that write until they are told to end; what they were told."""

    url: str
    told: list[Told] = field(default_factory=list)
    under_way: list[Told] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, writers: int) -> None:
        for writer in range(writers):
            thread = threading.Thread(target=self._write, args=(writer,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def wait_for(self, more: int, within_s: float = 300) -> None:
        """Wait until so many more have read their number."""
        with self._changed:
            wanted = len(self.told) + more
            arrived = self._changed.wait_for(lambda: len(self.told) >= wanted, within_s)
        assert arrived, f"{len(self.told)} of {wanted} customers have a number"

    def end(self) -> None:
        """Everybody finishes what they began."""
        self._stop.set()
        for thread in self._threads:
            thread.join(300)
        assert not any(thread.is_alive() for thread in self._threads), "a customer waits for ever"

    def _write(self, writer: int) -> None:
        for number in count(1):
            if self._stop.is_set():
                return
            draw = random.randrange(10**9)  # noqa: S311 - a name
            words = f"The shop shows 502 on every page, word{writer}x{number}x{draw}"
            browser = _Browser()
            told = write_to_a_person(
                browser, "ru" if number % 2 else "en", words, self.url, may_try=_wait_between
            )
            browser.close()
            with self._changed:
                self.told.append(told)
                self._changed.notify_all()


def _wait_between(tries: int) -> bool:
    if tries > 1:
        threading.Event().wait(_PAUSE_S)
    return tries <= _PATIENCE


def judge_all(outcome: Outcome, told: list[Told], url: str) -> None:
    """Look for every acknowledged draft and every number in the database."""
    engine = db.open_database(url)
    with db.reading(engine) as connection:
        rows = connection.execute(select(db.tickets.c.reference, db.tickets.c.document)).all()
        if engine.dialect.name == "sqlite":
            whole = connection.execute(text("PRAGMA integrity_check")).scalar()
            outcome.odd += [] if whole == "ok" else [str(whole)]
    engine.dispose()
    by_word: dict[str, list[str]] = {}
    for row in rows:
        for word in {part for part in row.document.replace('"', " ").split() if "word" in part}:
            by_word.setdefault(word, []).append(row.reference)

    def find(one: Told) -> list[str]:
        return by_word.get(one.words.rpartition(" ")[2], [])

    for one in told:
        outcome.cases += 1
        outcome.judge(one.words.rpartition(" ")[2], one, find)
