"""
Kills the product again and again while twenty customers write, and prints what became of it.

Each customer begins with words that nobody else writes, and sends them by the plain form; what gets
no answer is sent again with the same link, as a browser's reload does. At the end every draft that
was acknowledged is looked for among the tickets, and every number that was shown.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import select, text

from intake import database as db
from tests.browser.product import Product
from tests.daemons.postgresql import postgresql

WRITERS = 20
_REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
_WORD = re.compile(r"word-\d+-\d+-\d+")
_PAUSE_S = 0.2
_KILL_WITHIN_S = 4.0


class _FromAddress(HTTPAdapter):
    """Comes from an address of its own: one network may send ten tickets in ten minutes."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__(pool_connections=1)

    def init_poolmanager(self, *arguments: object, **more: object) -> None:
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **more)  # type: ignore[arg-type]


@dataclass
class Seen:
    """What the customers were told."""

    drafts: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)


def main() -> None:
    """Read the arguments, kill on each database, print the table; status 1 where one is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="on each database")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "sqlite"
        rows.append(_row("sqlite", data, f"sqlite:///{data / 'intake.db'}", arguments))
        with _empty_postgresql() as url:
            rows.append(_row("postgresql", Path(folder) / "postgresql", url, arguments))
    heads = ("database", "kills", "drafts", "lost", "numbers", "without ticket", "twice", "odd")
    print("".join(f"{head:>16}" for head in heads))
    for row in rows:
        print("".join(f"{value:>16}" for value in row))
    sys.exit(any(value for row in rows for value in (row[3], row[5], row[6], row[7])))


@contextmanager
def _empty_postgresql() -> Iterator[str]:
    with postgresql() as url:
        yield url


def _row(name: str, data: Path, url: str, arguments: argparse.Namespace) -> tuple[str | int, ...]:
    settings = {"INTAKE_DATABASE_URL": url, "INTAKE_LOG_LEVEL": "error"}
    product, seen, stop = Product(data, settings), Seen(), threading.Event()
    product.start()
    writers = [
        threading.Thread(target=_write, args=(product, number, seen, stop), daemon=True)
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    draw = random.Random(arguments.seed)  # noqa: S311 - a seed, no secret
    for _ in range(arguments.kills):
        time.sleep(draw.uniform(0.05, _KILL_WITHIN_S))
        product.kill()
        product.start()
    stop.set()
    for writer in writers:
        writer.join(120)
    product.kill()
    return (name, arguments.kills, *_look(url, seen))


def _write(product: Product, writer: int, seen: Seen, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        words = f"word-{writer}-{number}-{random.randrange(10**9)}"  # noqa: S311 - a name
        with requests.Session() as session:
            session.mount("http://", _FromAddress(f"127.3.{writer}.{number // 5 + 1}"))
            begun = _post(session, f"{product.url}/begin", {"words": words, "noscript": "1"})
            if begun.status_code != 303:
                seen.unexpected.append(f"begin {begun.status_code}")
                continue
            case = parse_qs(urlsplit(begun.headers["location"]).query)["case"][0]
            seen.drafts.add(words)
            typed = {"case": case, "words": words, "contact": "anna@mail.example", "lang": "en"}
            sent = _post(session, f"{product.url}/person", typed)
            if sent.status_code != 303:
                seen.unexpected.append(f"person {sent.status_code}")
                continue
            shown = _get(session, f"{product.url}{sent.headers['location']}")
            found = _REFERENCE.search(shown.text)
            if found is None:
                seen.unexpected.append(f"no number {shown.status_code}")
            else:
                seen.numbers[words] = found[0]


def _post(session: requests.Session, url: str, form: dict[str, str]) -> requests.Response:
    while True:
        try:
            answer = session.post(url, data=form, timeout=60, allow_redirects=False)
        except requests.RequestException:
            time.sleep(_PAUSE_S)
            continue
        if answer.status_code not in (422, 500, 503):  # "not sent, try again" is tried again
            return answer
        time.sleep(_PAUSE_S)


def _get(session: requests.Session, url: str) -> requests.Response:
    while True:
        try:
            return session.get(url, timeout=60)
        except requests.RequestException:
            time.sleep(_PAUSE_S)


def _look(url: str, seen: Seen) -> tuple[int, int, int, int, int, int]:
    engine = db.open_database(url)
    with db.reading(engine) as connection:
        rows = connection.execute(select(db.tickets.c.reference, db.tickets.c.document)).all()
        if engine.dialect.name == "sqlite":
            whole = connection.execute(text("PRAGMA integrity_check")).scalar()
            if whole != "ok":
                seen.unexpected.append(str(whole))
    engine.dispose()
    by_words = Counter(word for row in rows for word in set(_WORD.findall(row.document)))
    references = {row.reference.replace("-", "") for row in rows}
    finished = [words for words in seen.drafts if words in seen.numbers]
    lost = sum(words not in by_words for words in finished)
    without = sum(n.replace("-", "") not in references for n in seen.numbers.values())
    twice = sum(count > 1 for count in by_words.values())
    for odd in sorted(set(seen.unexpected))[:5]:
        print(f"  {odd}")
    return len(seen.drafts), lost, len(seen.numbers), without, twice, len(seen.unexpected)


if __name__ == "__main__":
    main()
