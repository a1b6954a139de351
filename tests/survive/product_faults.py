"""A served product under writers while the world around it fails, and what became of it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

import pytest
import requests

from tests.browser.product import Product
from tests.daemons.postgresql import PostgresqlServer
from tests.fakes.smtp import FakeSmtp
from tests.survive.outcome import Outcome
from tests.survive.writers import Writers, judge_all

ENDS_WITHIN_S = 10.0
_LONGEST_LIFE_S = 4.0


def product_on(data: Path, url: str = "", **settings: str) -> Product:
    """A product that writes to nobody and measures nothing, on a database."""
    return Product(
        data,
        {
            "INTAKE_DATABASE_URL": url or sqlite_url(data),
            "INTAKE_RESOLVERS": "127.0.0.254:5",
            "INTAKE_LOG_LEVEL": "error",
            **settings,
        },
    )


def sqlite_url(data: Path) -> str:
    return f"sqlite:///{data / 'intake.db'}"


def kill_at_random(product: Product, *, kills: int, writers: int, seed: int = 1) -> Outcome:
    """SIGKILL at random moments; the product is started again each time."""
    crowd, outcome = Writers(product.url), Outcome()
    product.start()
    crowd.begin(writers)
    draw = random.Random(seed)  # noqa: S311 - a seed, no secret
    for _ in range(kills):
        time.sleep(draw.uniform(0.05, _LONGEST_LIFE_S))  # the moment itself is what is random
        product.kill()
        product.start()
    crowd.end()
    product.kill()
    judge_all(outcome, crowd.told, product.settings["INTAKE_DATABASE_URL"])
    return outcome


def terminate_at_work(product: Product, *, times: int, writers: int) -> Outcome:
    """
    SIGTERM while customers write, a letter hangs at its mail server and a form is half sent.

    The process ends within ten seconds, and what was in hand is delivered after the next start.
    """
    crowd, outcome, smtp = Writers(product.url), Outcome(), FakeSmtp()
    smtp.up()
    hangs, goes_on = threading.Event(), threading.Event()
    # The mail server answers in its own thread: what hangs is the letter, and nothing else.
    smtp.at_data = lambda: _hang(hangs, goes_on)
    product.settings |= {
        "INTAKE_SMTP_URL": smtp.url,
        "INTAKE_DESK_EMAIL": "desk@hoster.example",
        "INTAKE_MAIL_FROM": "intake@hoster.example",
    }
    product.start()
    crowd.begin(writers)
    try:
        for _ in range(times):
            crowd.wait_for(2)
            assert hangs.wait(60), "no letter was on its way"
            hangs.clear()
            with _half_a_form(product.port):
                began = time.monotonic()
                code = product.stop()
                took = time.monotonic() - began
            # Ended by the signal itself, after everything was put away: so a supervisor knows it.
            if code != -signal.SIGTERM or took > ENDS_WITHIN_S:
                outcome.odd.append(f"ended with {code} after {took:.1f} s")
            product.start()
        goes_on.set()
        crowd.end()
        smtp.wait_for_count(len({told.number for told in crowd.told}))
    finally:
        goes_on.set()
        product.kill()
        smtp.down()
    judge_all(outcome, crowd.told, product.settings["INTAKE_DATABASE_URL"])
    return outcome


def fill_the_disk(product: Product, *, rounds: int, writers: int) -> Outcome:
    """The disk of `product.data` fills up while customers write, and has room again."""
    crowd, outcome = Writers(product.url), Outcome()
    product.start()
    crowd.begin(writers)
    for _ in range(rounds):
        crowd.wait_for(2)
        with (product.data / "ballast").open("wb", buffering=0) as ballast:
            _fill(ballast)
            _wait_for_words(product, outcome)
            ballast.truncate(0)
        crowd.wait_for(writers)  # it goes on by itself
    crowd.end()
    product.kill()
    judge_all(outcome, crowd.told, product.settings["INTAKE_DATABASE_URL"])
    return outcome


def break_the_disk(product: Product, disk: LoopDisk, *, rounds: int, writers: int) -> Outcome:
    """
    The disk fails while customers write: the kernel lets nobody write any more (ext4's abort).

    It is checked and mounted again, as an operator does, and the product started anew.
    """
    crowd, outcome = Writers(product.url), Outcome()
    product.start()
    os.sync()  # what a test has copied there; what customers write from now on is synced by itself
    crowd.begin(writers)
    for _ in range(rounds):
        crowd.wait_for(2)
        disk.abort()
        _wait_for_words(product, outcome)
        product.kill()
        disk.mend()
        product.start()
        crowd.wait_for(writers)
    crowd.end()
    product.kill()
    judge_all(outcome, crowd.told, product.settings["INTAKE_DATABASE_URL"])
    return outcome


def take_the_database_away(
    product: Product, server: PostgresqlServer, *, rounds: int, writers: int, away_s: float
) -> Outcome:
    """PostgreSQL stops while customers write, for so long, and is started again."""
    crowd, outcome = Writers(product.url), Outcome()
    product.start()
    crowd.begin(writers)
    for _ in range(rounds):
        crowd.wait_for(2)
        server.stop()
        began = time.monotonic()
        _wait_for_words(product, outcome)
        threading.Event().wait(max(0.0, away_s - (time.monotonic() - began)))
        server.start()
        crowd.wait_for(writers)
    crowd.end()
    product.kill()
    judge_all(outcome, crowd.told, product.settings["INTAKE_DATABASE_URL"])
    return outcome


def _hang(hangs: threading.Event, goes_on: threading.Event) -> str | None:
    hangs.set()
    # aiosmtpd has one thread for all connections: it refuses for the moment instead of standing.
    return None if goes_on.is_set() else "451 4.3.0 Not now"


@contextmanager
def _half_a_form(port: int) -> Iterator[None]:
    """A phone in a tunnel: the head of a form has come, and its text has not."""
    with socket.create_connection(("127.0.0.1", port)) as phone:
        phone.sendall(
            b"POST /person HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nwords=502+on"
        )
        yield


def _fill(ballast: RawIOBase) -> None:
    for size in (1 << 20, 1 << 12, 1):
        try:
            while ballast.write(bytes(size)):
                pass
        except OSError:
            continue


def _wait_for_words(product: Product, outcome: Outcome) -> None:
    """Until a customer is told in words that it was not stored, and /readyz says so."""
    until, refused, is_ready = time.monotonic() + 120, False, True
    while time.monotonic() < until and not (refused and not is_ready):
        try:
            form = {"words": "502 since 14:20", "contact": "anna@mail.example", "lang": "ru"}
            answer = requests.post(f"{product.url}/person", data=form, timeout=60)
            refused = refused or answer.status_code >= 500
            is_ready = requests.get(f"{product.url}/readyz", timeout=60).status_code == 200
        except requests.RequestException as error:
            outcome.odd.append(f"no answer: {type(error).__name__}")
            return
    if not refused or is_ready:
        outcome.odd.append(f"the fault was never seen: refused {refused}, ready {is_ready}")


class LoopDisk:
    """An ext4 file system in a file, which can fail and be mended."""

    def __init__(self, folder: Path) -> None:
        self._image, self.mount = folder / "disk.img", folder / "disk"

    def make(self) -> None:
        """Make and mount it; skips where this machine can't."""
        if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
            pytest.skip("a disk that fails needs root and mkfs.ext4")
        self.mount.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(96 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(self._image)], check=True)
        if not self._mount():
            pytest.skip("this machine lets even root mount nothing")

    def abort(self) -> None:
        """Fail as after an error of the disk."""
        subprocess.run(["mount", "-o", "remount,abort", str(self.mount)], check=False)

    def mend(self) -> None:
        """Check it and mount it again; nobody may use it meanwhile."""
        until = time.monotonic() + 60
        while self.mount.is_mount():  # a killed process's files are closed a moment later
            assert time.monotonic() < until, "somebody still uses the disk"
            self.remove()
        subprocess.run(["e2fsck", "-fy", str(self._image)], check=False, capture_output=True)
        assert self._mount()

    def remove(self) -> None:
        """Take it away."""
        subprocess.run(["umount", str(self.mount)], check=False)

    def _mount(self) -> bool:
        command = ["mount", "-o", "loop", str(self._image), str(self.mount)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


@contextmanager
def loop_disk(folder: Path) -> Iterator[LoopDisk]:
    """A disk that is there for one test."""
    disk = LoopDisk(folder)
    disk.make()
    try:
        yield disk
    finally:
        disk.remove()


@contextmanager
def small_disk(mount: Path, size: str = "64m") -> Iterator[Path]:
    """A disk in memory that is soon full; skips where this machine mounts none."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mount.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mount)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets even root mount nothing")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "--lazy", str(mount)], check=True)
