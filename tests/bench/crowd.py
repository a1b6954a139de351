"""
A thousand customers in the same second, on the day when things are broken.

All of them read the start, choose, and wait for their turn or go on at once; each answers some
questions and goes. Meanwhile somebody sends the form to a person each second. What counts:
everybody got a page, nobody was refused, the order was kept, the form was never slow.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import ssl
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx2

from tests.bench.session import Session
from tests.bench.walks import answer_next
from tests.bench.wizard import compress_frontend, start
from tests.browser.product import free_port

CUSTOMERS = 1_000
QUESTIONS, THINK_S = 3, 5.0
FIRST_PAGE_S, FORM_S = 15.0, 5.0
_REFRESH = re.compile(r'http-equiv="refresh" content="(\d+);url=([^"]+)"')
_LIMIT_S = 900
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Crowd:
    """What the customers saw."""

    url: str
    began: float = 0.0
    first_pages_s: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    let_in_s: list[float] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    steps_s: list[float] = field(default_factory=list)
    forms_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    arrivals: int = 0


def run_crowd_bench() -> int:
    """Print the row; 0 when nobody was refused or kept waiting for a page."""
    print(f"\n{CUSTOMERS} customers at once, one process")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        compress_frontend(Path(folder) / "data")
        settings = {
            "INTAKE_DATA": str(Path(folder) / "data"),
            "INTAKE_PORT": str(port),
            "INTAKE_RESOLVERS": "127.0.0.254:5",
            "INTAKE_LOG_LEVEL": "error",
        }
        process = start([sys.executable, "-m", "intake", "serve"], port, settings)
        try:
            crowd = Crowd(f"http://127.0.0.1:{port}")
            asyncio.run(_come(crowd))
        finally:
            process.terminate()
            process.wait(30)
    return _report(crowd)


def _report(crowd: Crowd) -> int:
    first, forms = sorted(crowd.first_pages_s), sorted(crowd.forms_s)
    moved = [abs(place - arrived) for place, arrived in enumerate(crowd.order)]
    print(
        f"  the start: {len(first)} of {CUSTOMERS}, p50 {statistics.median(first):.1f} s,"
        f" last after {first[-1]:.1f} s (at most {FIRST_PAGE_S:.0f})"
    )
    print(
        f"  the questions: {len(crowd.let_in_s)} let in, last after {max(crowd.let_in_s):.0f} s;"
        f" {len(crowd.numbers)} read a number, the highest {max(crowd.numbers, default=0)};"
        f" moved in the order: median {statistics.median(moved):.0f}, most {max(moved)}"
    )
    steps = sorted(crowd.steps_s)
    print(
        f"  a step meanwhile: p50 {statistics.median(steps) * 1000:.0f} ms,"
        f" p95 {steps[int(len(steps) * 0.95)] * 1000:.0f} ms, {len(steps)} steps"
    )
    print(f"  the form to a person: {len(forms)} sent, slowest {forms[-1]:.1f} s of {FORM_S}")
    for text in sorted(set(crowd.errors))[:5]:
        print(f"    {text}")
    kept = (
        not crowd.errors
        and len(first) == len(crowd.let_in_s) == CUSTOMERS
        and first[-1] <= FIRST_PAGE_S
        and forms[-1] <= FORM_S
    )
    print(f"  {len(crowd.errors)} errors: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


async def _come(crowd: Crowd) -> None:
    # In a process of its own: the thousand would keep it waiting here, not there.
    context = multiprocessing.get_context("spawn")
    times, is_over = context.Queue(), context.Event()
    writer = context.Process(target=_write_forms, args=(crowd.url, times, is_over))
    writer.start()
    times.get(timeout=60)  # it is ready
    crowd.began = time.perf_counter()
    try:
        async with asyncio.timeout(_LIMIT_S):
            await asyncio.gather(*(_customer(crowd, number) for number in range(CUSTOMERS)))
    finally:
        is_over.set()
    while (form := times.get(timeout=120)) is not None:
        seconds, trouble = form
        crowd.forms_s.append(seconds)
        crowd.errors += [trouble] if trouble else []
    writer.join(30)


def _client(address: str) -> httpx2.AsyncClient:
    # One context for all: making one costs more than a page.
    transport = httpx2.AsyncHTTPTransport(verify=_TLS, local_address=address)
    return httpx2.AsyncClient(transport=transport, verify=_TLS, timeout=120, trust_env=False)


async def _customer(crowd: Crowd, number: int) -> None:
    address = f"127.1.{number // 250}.{number % 250 + 1}"
    try:
        async with _client(address) as client:
            page = await client.get(f"{crowd.url}/?lang=en")
            page.raise_for_status()
            crowd.first_pages_s.append(time.perf_counter() - crowd.began)
            arrived, crowd.arrivals = crowd.arrivals, crowd.arrivals + 1
            form = {"checklist": "site-down", "lang": "en"}
            begun = await client.post(f"{crowd.url}/begin", data=form)
            query = begun.headers["location"].partition("?")[2]
            await _wait_for_the_turn(crowd, client, f"/?{query}")
            crowd.order.append(arrived)
            crowd.let_in_s.append(time.perf_counter() - crowd.began)
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        session = Session(crowd.url, query=query, cookie=cookie, address=address)
        await session.open()
        for _ in range(QUESTIONS):
            await asyncio.sleep(THINK_S)
            started = time.perf_counter()
            await answer_next(session)
            crowd.steps_s.append(time.perf_counter() - started)
        await session.close()
    except Exception as error:  # noqa: BLE001 - every error counts, whichever it is
        crowd.errors.append(f"{type(error).__name__}: {error}"[:200])


async def _wait_for_the_turn(crowd: Crowd, client: httpx2.AsyncClient, path: str) -> None:
    """As the waiting page does it: by its own refresh."""
    has_number = False
    while True:
        page = await client.get(f"{crowd.url}{path}", follow_redirects=True)
        page.raise_for_status()
        again = _REFRESH.search(page.text)
        if again is None:
            return
        if not has_number:
            has_number = True
            crowd.numbers.append(int(re.search(r"number (\d+)", page.text)[1]))  # type: ignore[index]
        await asyncio.sleep(int(again[1]))
        path = unescape(again[2])


def _write_forms(url: str, times: Any, is_over: Any) -> None:
    """Somebody writes to a person each second; None at the end."""
    times.put("ready")
    number = 0
    while not is_over.wait(1 if number else 0):
        number += 1
        started = time.perf_counter()
        trouble = asyncio.run(_write_to_a_person(url, number))
        times.put((time.perf_counter() - started, trouble))
    times.put(None)


async def _write_to_a_person(url: str, number: int) -> str:
    async with _client(f"127.2.{number // 250}.{number % 250 + 1}") as client:
        typed = {"words": "502 since 14:20", "contact": "anna@mail.example", "lang": "en"}
        try:
            sent = await client.post(f"{url}/person", data=typed, follow_redirects=True)
        except httpx2.HTTPError as error:
            return f"form: {type(error).__name__}"
    if re.search(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b", sent.text):
        return ""
    return f"no number: {sent.status_code}"


if __name__ == "__main__":
    raise SystemExit(run_crowd_bench())
