"""Runs the application: Streamlit's settings for public use, uvicorn with uvloop, the banner."""

from __future__ import annotations

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from threading import Event, Thread
from typing import Any

import structlog
import uvicorn
from streamlit.starlette import App
from streamlit.web.bootstrap import load_config_options

from intake.bootstrap import Services
from intake.operations.listening_address import check_address
from intake.operations.python_version import safe_python
from intake.settings import Settings
from intake.web.app import build_app
from intake.web.brand import button_on_dark
from intake.web.limits.protocols import (
    MAX_CONNECTIONS,
    MAX_MESSAGE_BYTES,
    LimitedHttpProtocol,
    LimitedWebSocketProtocol,
)
from intake.web.limits.uploads import MAX_UPLOAD_MB
from intake.web.running.job_queue import use_job_queue
from intake.web.running.logs import adopt_framework_logs

# Measured on Streamlit 1.67: with the collector after each run off, one process serves 28 times
# as many customers (docs/decisions/0003-streamlit-in-public.md).
STREAMLIT_SETTINGS: dict[str, Any] = {
    "browser.gatherUsageStats": False,  # else each browser calls a foreign host
    "client.showErrorDetails": "none",  # the default shows customers a traceback
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",  # else the key "c" opens "Clear caches"
    "logger.hideWelcomeMessage": True,
    "runner.fastReruns": False,  # a click is never interrupted by the live check's timer
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "server.disconnectedSessionTTL": 120,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": MAX_UPLOAD_MB,
    "theme.baseFontSize": 17,  # phones zoom into a field whose letters are below 16 px
    "theme.baseRadius": "medium",
    "theme.showWidgetBorder": True,
    # Both sections together are what makes the page follow the reader's own light or dark.
    "theme.light.primaryColor": "#1a5fd0",
    "theme.dark.primaryColor": "#2d6cdf",
    "theme.dark.backgroundColor": "#12181f",
    "theme.dark.secondaryBackgroundColor": "#1c2530",
    "theme.dark.textColor": "#e8edf4",
}


_TRIES, _PAUSE_S = 300, 0.1
_PING_S = 30.0
_REQUESTS_END_WITHIN_S = 4  # a form that a phone sends slowly must not keep the process

log = structlog.get_logger(__name__)


def serve(services: Services, *, announce: Callable[[str], None]) -> None:
    """
    Serve until stopped (SIGINT, SIGTERM).

    `announce` is called with a line for the operator once the first page has answered.

    Raises:
        SettingsError: the address or the port can't be listened on, or there is no job queue.
    """
    settings = services.settings
    check_address(settings)
    _warn_of_old_interpreter()
    # By default Streamlit makes a new secret at each start, and refuses older cookies.
    os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", services.staff_token)
    adopt_framework_logs()
    close_queue = use_job_queue(services)
    app = build_app(services)
    waiter = Thread(target=_announce_when_up, args=(services, announce), daemon=True)
    waiter.start()
    sys.argv = sys.argv[:1]  # Streamlit hands the rest to the pages as arguments
    # `streamlit run` would do this; we start uvicorn ourselves, and then Streamlit reads only its
    # configuration file.
    load_config_options(
        {
            name.replace(".", "_"): value
            for name, value in {
                **STREAMLIT_SETTINGS,
                **_accents(settings),
                "server.address": settings.address,
                "server.port": settings.port,
            }.items()
        }
    )
    try:
        _StoppableServer(server_config(app, settings), services.other_vantages.stop).run()
    finally:
        close_queue()


def _accents(settings: Settings) -> dict[str, str]:
    """Return the operator's accent colour as settings of Streamlit's theme."""
    colour = settings.accent_color
    if colour is None:
        return {}
    return {
        "theme.light.primaryColor": colour,
        "theme.dark.primaryColor": button_on_dark(colour),
    }


class _StoppableServer(uvicorn.Server):
    """Ends long polls before it waits for all requests to end."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Call `on_stop` first: a worker's long poll would delay the stop by half a minute."""
        self._on_stop()
        await super().shutdown(sockets)


def server_config(app: App, settings: Settings) -> uvicorn.Config:
    """Return uvicorn's configuration, with limits that Streamlit's own runner doesn't set."""
    proxies = [str(network) for network in settings.trusted_proxies]
    return uvicorn.Config(
        app,
        host=settings.address,
        port=settings.port,
        http=LimitedHttpProtocol,
        ws=LimitedWebSocketProtocol,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # a small frame must not unpack to a large one
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PING_S,
        proxy_headers=bool(proxies),  # by default uvicorn believes loopback
        forwarded_allow_ips=proxies,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=_REQUESTS_END_WITHIN_S,
        server_header=False,
        access_log=False,
        log_config=None,  # its lines take our form (`set_up_logs`)
    )


def _warn_of_old_interpreter() -> None:
    version = sys.version_info[:3]
    fixed_in = safe_python(version)
    if fixed_in is not None:
        log.warning(
            "this Python has known faults in its cookie and mail parsers; update it",
            version=".".join(map(str, version)),
            mended_in=".".join(map(str, fixed_in)),
        )


def _announce_when_up(services: Services, announce: Callable[[str], None]) -> None:
    settings = services.settings
    host = f"[{settings.address}]" if ":" in settings.address else settings.address
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{settings.port}/healthz"  # noqa: S104 - compared, not bound
    pause = Event()
    for _ in range(_TRIES):
        if _is_up(address):
            announce(f"Intake answers on {settings.base_url}")
            door = f"{settings.base_url}/staff"
            # Behind the "#": browsers don't send it to servers or proxies, so no log records it.
            link = f"{door}#token={services.staff_token}" if settings.staff_link else door
            announce(f"Staff sign in at {link}")
            return
        pause.wait(_PAUSE_S)


def _is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False
