"""Runs the application: Streamlit's settings for the public, uvicorn with uvloop, our banner."""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from threading import Thread
from typing import Any

from intake.bootstrap import Services
from intake.web.app import build_app

# Measured on Streamlit 1.67: with the collector after each run off, one process serves 28 times
# as many customers (docs/decisions/0003-streamlit-in-public.md).
STREAMLIT_SETTINGS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "logger.hideWelcomeMessage": True,
    "runner.fastReruns": False,  # a click is never cut short by the live check's tick
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "server.disconnectedSessionTTL": 120,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 10,  # MB
    "theme.baseFontSize": 17,
    "theme.primaryColor": "#1a5fd0",
    "theme.baseRadius": "medium",
    "theme.showWidgetBorder": True,
}


# Each read and write of the database gives the interpreter's lock away and gets it back only after
# the running thread's turn, 5 ms by default. With fifty customers at once a write transaction then
# lasts tens of milliseconds while others wait for it; with short turns it doesn't.
TURN_S = 0.0005


def serve(services: Services, *, announce: Callable[[str], None]) -> None:
    """
    Serve until stopped (SIGINT, SIGTERM).

    `announce` is called with a line for the operator once the first page has answered.
    """
    settings = services.settings
    sys.setswitchinterval(TURN_S)
    if settings.trusted_proxies:
        os.environ["FORWARDED_ALLOW_IPS"] = ",".join(settings.trusted_proxies)
    os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", services.staff_token)
    app = build_app(services)
    waiter = Thread(target=_announce_when_up, args=(services, announce), daemon=True)
    waiter.start()
    sys.argv = sys.argv[:1]  # Streamlit hands the rest to the pages as arguments
    app.run(
        config={
            **STREAMLIT_SETTINGS,
            "server.address": settings.address,
            "server.port": settings.port,
        }
    )


def _announce_when_up(services: Services, announce: Callable[[str], None]) -> None:
    settings = services.settings
    host = f"[{settings.address}]" if ":" in settings.address else settings.address
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{settings.port}/healthz"  # noqa: S104 - compared, not bound
    if not asyncio.run(_answers(address)):
        return
    announce(f"Intake answers on {settings.base_url}")
    announce(f"Staff sign in at {settings.base_url}/staff?token={services.staff_token}")


async def _answers(address: str, tries: int = 300) -> bool:
    for _ in range(tries):
        if await asyncio.to_thread(_is_up, address):
            return True
        await asyncio.sleep(0.1)
    return False


def _is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False
