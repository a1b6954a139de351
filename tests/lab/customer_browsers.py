"""Two Chromiums for a whole world, one at home and one in a mobile network."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from playwright.async_api import Browser, Playwright, Response, async_playwright

from tests.daemons.certificates import Authority

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_MS = 90_000
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    # Use only the resolver of the namespace.
    "--dns-over-https-mode=off",
)
_AHEAD = "Date.now = ((now) => () => now() + {ms})(Date.now.bind(Date))"
_T = TypeVar("_T")


class Browsers:
    """
    Real browsers, each in its own network namespace; usable from any thread.

    They trust only `authority`, as an installed root certificate (NSS).
    """

    def __init__(self, name: str, folder: Path, authority: Authority) -> None:
        self._name, self._folder, self._authority = name, folder, authority
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stack = ExitStack()
        self._playwright: Playwright | None = None
        self._open: dict[str, Browser] = {}
        self._launches = asyncio.Lock()

    def __enter__(self) -> Self:
        self._trust()
        for place in ("home", "mobile"):
            self._write_command(place)
        # The thread and its child processes inherit the namespace of this thread.
        self._thread.start()
        self._playwright = self._wait(async_playwright().start())
        return self

    def look(self, place: str, find: Callable[[], str], **wishes: Any) -> None:
        """
        Open the measuring page in a new browser context, until it has sent its results.

        `find` returns its URL, after the browser has loaded the page `before`.
        """
        self._wait(self._look(place, find, **wishes))

    async def _look(  # noqa: PLR0913 - what a visitor may be like
        self,
        place: str,
        find: Callable[[], str],
        *,
        before: str = "",
        ahead_ms: int = 0,
        blocked: tuple[str, ...] = (),
        presses: bool = False,
    ) -> None:
        browser = await self._browser(place)
        context = await browser.new_context(locale="en-GB")
        try:
            if ahead_ms:
                await context.add_init_script(_AHEAD.format(ms=ahead_ms))
            for pattern in blocked:
                await context.route(pattern, lambda route: route.abort("blockedbyclient"))
            page = await context.new_page()
            if before:
                await page.goto(before)
            look = await asyncio.to_thread(find)
            async with page.expect_response(_is_told, timeout=PATIENCE_MS):
                await page.goto(look, wait_until="commit")
                if presses:
                    await page.get_by_role("button").click()
        finally:
            await context.close()

    async def _browser(self, place: str) -> Browser:
        async with self._launches:
            if place not in self._open:
                assert self._playwright is not None
                self._open[place] = await self._playwright.chromium.launch(
                    executable_path=self._command(place), args=list(_ARGUMENTS)
                )
        return self._open[place]

    def _command(self, place: str) -> Path:
        return self._folder / f"chromium-{place}"

    def _write_command(self, place: str) -> None:
        """Write the command that runs a browser with the place's network, resolver and roots."""
        inside = f"ip netns exec {self._name}-{place}"
        command = self._command(place)
        command.write_text(f'#!/bin/sh\nHOME={self._folder} exec {inside} {CHROMIUM} "$@"\n')
        command.chmod(0o755)

    def _trust(self) -> None:
        store = self._folder / ".pki" / "nssdb"
        store.mkdir(parents=True)
        base = ["certutil", "-d", f"sql:{store}"]
        subprocess.run([*base, "-N", "--empty-password"], check=True)
        root = ["-A", "-t", "C,,", "-n", "lab", "-i", str(self._authority.file)]
        subprocess.run([*base, *root], check=True)

    def _wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(2 * PATIENCE_MS / 1000)

    async def _end(self) -> None:
        for browser in self._open.values():
            await browser.close()
        if self._playwright is not None:
            await self._playwright.stop()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_MS / 1000)
        self._loop.close()


def _is_told(response: Response) -> bool:
    """Check whether the product has accepted the browser's results."""
    return response.url.endswith("/done") and response.status < 500
