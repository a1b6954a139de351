"""
Globalping (jsDelivr): public probes in many networks, by a third party's HTTP API.

Off until the operator names places. Only the judged target's name, scheme and port are sent: no
path, nothing of the customer's. Threads of its own make one request for each target: a measurement
is created (POST /v1/measurements, 202) and its state polled until it is final. Each probe costs a
test of an hourly budget, which the API reports in its headers; once it is spent, nothing is sent
until it is renewed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import structlog

from diagnostics import AddressPolicy, Options
from intake.vantages.bounded_body import BodyError, read_body
from intake.vantages.globalping_answers import (
    MAX_ANSWER_BYTES,
    ApiAnswer,
    CreatedMeasurement,
    Measurement,
    observations_of,
    read_answer_as,
)
from intake.vantages.vantage import Deliver, VantageJob

log = structlog.get_logger(__name__)

API: Final = "https://api.globalping.io"
PROBES_A_PLACE: Final = 2  # one probe alone may have trouble of its own
POLL_S: Final = 1.0  # the API takes two requests a second for one measurement
GIVE_UP_S: Final = 45.0
_REQUEST_S: Final = 10.0
_MAX_CONCURRENT: Final = 2
_MAX_WAITING: Final = 10
_MAX_PAUSE_S: Final = 3600.0
_PAUSE_AFTER_FAILURE_S: Final = 60.0


class GlobalpingError(Exception):
    """The API gave no usable answer."""


class Globalping:
    """The public probes of the named places, two in each."""

    name = "globalping"

    def __init__(  # noqa: PLR0913 - what an operator and a test may choose
        self,
        places: Sequence[str],
        options: Options,
        *,
        token: str | None = None,
        api: str = API,
        poll_s: float = POLL_S,
        give_up_s: float = GIVE_UP_S,
    ) -> None:
        self._places, self._policy = tuple(places), AddressPolicy(options)
        self._token, self._api = token, api
        self._poll_s, self._give_up_s = poll_s, give_up_s
        self._agent = options.user_agent
        self._pool = ThreadPoolExecutor(_MAX_CONCURRENT, thread_name_prefix="globalping")
        self._slots = threading.BoundedSemaphore(_MAX_CONCURRENT + _MAX_WAITING)
        self._stopping = threading.Event()
        self._paused_until = 0.0

    def begin(self, job: VantageJob, deliver: Deliver) -> int:
        """Let the probes measure a site that has public addresses; 0 if they can't be asked now."""
        is_paused = time.monotonic() < self._paused_until or self._stopping.is_set()
        if job.kind != "site" or not job.is_named_publicly or is_paused:
            return 0
        # Late answers help nobody: if many wait, this target goes without.
        if not self._slots.acquire(blocking=False):
            return 0
        self._pool.submit(self._work, job, deliver)
        return 1

    def stop(self) -> None:
        """Send nothing more; measurements under way end at once."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, job: VantageJob, deliver: Deliver) -> None:
        started_at, measurement = datetime.now(UTC), None
        try:
            measurement = self._measure(job)
        except GlobalpingError as error:
            log.warning("Globalping can't be used now", why=str(error))
        except Exception:
            # The edge of a worker thread.
            log.exception("Globalping failed on our side")
        finally:
            self._slots.release()
        observations = observations_of(
            measurement or Measurement(status="finished"),
            url=job.url,
            started_at=started_at,
            is_forbidden=lambda address: self._policy.refusal(address) is not None,
        )
        # Also without observations, so that nobody waits for more.
        deliver(observations)

    def _measure(self, job: VantageJob) -> Measurement | None:
        created = self._ask("POST", "/v1/measurements", CreatedMeasurement, self._request(job))
        path, ends_at = f"/v1/measurements/{created.id}", time.monotonic() + self._give_up_s
        while time.monotonic() < ends_at and not self._stopping.wait(self._poll_s):
            measurement = self._ask("GET", path, Measurement)
            if not measurement.is_running:
                return measurement
        return None

    def _request(self, job: VantageJob) -> dict[str, Any]:
        parts = urlsplit(job.url)
        options: dict[str, Any] = {
            "protocol": parts.scheme.upper(),
            # Many sites refuse HEAD, or answer it differently.
            "request": {"method": "GET", "path": "/"},
        }
        if parts.port is not None:
            options["port"] = parts.port
        return {
            "type": "http",
            "target": job.target.host,
            "locations": [{"magic": place, "limit": PROBES_A_PLACE} for place in self._places],
            "measurementOptions": options,
        }

    def _ask(
        self, method: str, path: str, kind: type[ApiAnswer], body: dict[str, Any] | None = None
    ) -> ApiAnswer:
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            with requests.Session() as session:
                session.trust_env = False  # a .netrc must not replace the token
                with session.request(
                    method,
                    self._api + path,
                    json=body,
                    headers=headers,
                    timeout=_REQUEST_S,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    ends_at = time.monotonic() + _REQUEST_S
                    text = read_body(response, limit_bytes=MAX_ANSWER_BYTES, ends_at=ends_at)
        except BodyError as error:
            raise GlobalpingError(str(error)) from error
        except (requests.RequestException, OSError) as error:
            self._pause(_PAUSE_AFTER_FAILURE_S)
            raise GlobalpingError(f"{type(error).__name__}") from error
        self._apply_budget(response, body is not None)
        answer = read_answer_as(kind, text)
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.ACCEPTED} or answer is None:
            raise GlobalpingError(f"status {response.status_code} to {method}")
        return answer

    def _apply_budget(self, response: requests.Response, is_new: bool) -> None:  # noqa: FBT001 - whether it cost tests
        """Pause when the hourly budget is spent, until it is renewed."""
        seconds = _number(response, "Retry-After") or _number(response, "X-RateLimit-Reset")
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            self._pause(seconds or _PAUSE_AFTER_FAILURE_S)
        elif response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            self._pause(_MAX_PAUSE_S)
        remaining = _number(response, "X-RateLimit-Remaining")
        cost = len(self._places) * PROBES_A_PLACE
        # With credits the budget may go below zero; their header shows them.
        has_credits = (_number(response, "X-Credits-Remaining") or 0) >= cost
        if is_new and remaining is not None and remaining < cost and not has_credits:
            self._pause(seconds or _PAUSE_AFTER_FAILURE_S)

    def _pause(self, seconds: float) -> None:
        self._paused_until = time.monotonic() + min(seconds, _MAX_PAUSE_S)


def _number(response: requests.Response, name: str) -> int | None:
    text = response.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004 - no bigger number is meant
