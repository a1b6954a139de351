"""
The process of a probe worker: fetch jobs from the service, measure, and send the conclusions.

It stores nothing and needs no database. A service that can't be reached is asked again after
growing pauses with jitter, so that a hundred workers don't come back in one moment.
"""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import requests
import structlog
from requests.adapters import HTTPAdapter

from intake.vantages.bounded_body import BodyError, read_body
from intake.vantages.worker_diagnosis import WorkerDiagnosis
from intake.vantages.worker_messages import (
    MAX_MESSAGE_BYTES,
    POLL_S,
    WorkerAnswer,
    WorkerJob,
    read_message,
    write_message,
)

log = structlog.get_logger(__name__)

MAX_CONCURRENT: Final = 4
_MAX_PAUSE_S: Final = 60.0
_MAX_RETRY_AFTER_S: Final = 300.0
_CONNECT_S: Final = 10.0
_ANSWER_TRIES: Final = 3
_FINISH_WITHIN_S: Final = 20.0  # how long jobs under way may take after a stop
_REFUSED: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
Draw = Callable[[float, float], float]


class ServiceUnavailableError(Exception):
    """The service gave no usable answer; `pause_s` is the pause that it asked for, or None."""

    def __init__(self, why: str, pause_s: float | None = None) -> None:
        super().__init__(why)
        self.pause_s = pause_s


class _OwnRoots(HTTPAdapter):
    """An adapter that trusts the operator's root certificates besides the public ones."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context  # before super: it makes the pool
        super().__init__()

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - requests' own
        """Create the pool with our roots; requests adds its own to them."""
        super().init_poolmanager(*args, ssl_context=self._context, **settings)


class ServiceClient:
    """The service's client: two requests, with the worker's token; redirects aren't followed."""

    def __init__(
        self, url: str, token: str, *, ca_file: Path | None = None, poll_s: float = POLL_S
    ) -> None:
        self._url, self._poll_s = url.rstrip("/"), poll_s
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        # Once: reading a system's roots takes longer than most answers.
        self._context = ssl.create_default_context()
        if ca_file is not None:
            self._context.load_verify_locations(ca_file)

    def next_job(self) -> WorkerJob | None:
        """
        Wait for a job; None if none came in time.

        Raises:
            ServiceUnavailableError: the service can't be reached, refused us, or sent no job.
        """
        status, body = self._post("/workers/next", b"{}", self._poll_s + _CONNECT_S)
        if status == HTTPStatus.NO_CONTENT:
            return None
        job = read_message(WorkerJob, body)
        if job is None:
            raise ServiceUnavailableError(
                "it sent something that is no job; are the versions the same?"
            )
        return job

    def send_answer(self, job: WorkerJob, answer: WorkerAnswer) -> None:
        """
        Send an answer; one that the service no longer wants is dropped.

        Raises:
            ServiceUnavailableError: see `next_job`.
        """
        self._post(f"/workers/jobs/{job.id}", write_message(answer), _CONNECT_S)

    def _post(self, path: str, body: bytes, within_s: float) -> tuple[int, bytes]:
        ends_at = time.monotonic() + within_s
        try:
            with requests.Session() as session:
                # A .netrc or a proxy of the environment must not take or replace the token.
                session.trust_env = False
                session.mount("https://", _OwnRoots(self._context))
                with session.post(
                    self._url + path,
                    data=body,
                    headers=self._headers,
                    timeout=(_CONNECT_S, within_s),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return self._read(response, ends_at)
        except (requests.RequestException, OSError) as error:
            raise ServiceUnavailableError(f"{type(error).__name__}: {error}"[:200]) from error

    def _read(self, response: requests.Response, ends_at: float) -> tuple[int, bytes]:
        status = response.status_code
        if status in _REFUSED:
            raise ServiceUnavailableError(
                "it doesn't know this token; make one: intake workers add NAME"
            )
        if status == HTTPStatus.GONE:
            return status, b""
        if status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            raise ServiceUnavailableError(f"status {status}", _retry_after_s(response))
        try:
            return status, read_body(response, limit_bytes=MAX_MESSAGE_BYTES, ends_at=ends_at)
        except BodyError as error:
            raise ServiceUnavailableError(str(error)) from error


class ProbeWorker:
    """Fetches and does jobs until stopped."""

    def __init__(
        self, client: ServiceClient, diagnosis: WorkerDiagnosis, *, pick: Draw = random.uniform
    ) -> None:
        self._client, self._diagnosis, self._pick = client, diagnosis, pick
        self._slots = threading.Semaphore(MAX_CONCURRENT)
        self._pool = ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="job")
        self._stopping = threading.Event()
        self._running = 0
        self._changed = threading.Condition()

    def run(self) -> None:
        """Fetch jobs until `stop`; jobs under way may then end, within 20 s."""
        # A daemon: at a stop nobody waits for a request that waits for a job.
        threading.Thread(target=self._pull, name="pull", daemon=True).start()
        self._stopping.wait()
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0, _FINISH_WITHIN_S)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Take no more jobs; may be called from a signal handler."""
        self._stopping.set()

    def _pull(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._slots.acquire()
            try:
                job = self._client.next_job()
                if failures:
                    log.info("the service answers again")
                failures = 0
            except ServiceUnavailableError as error:
                self._slots.release()
                failures += 1
                self._pause(failures, error)
                continue
            if job is None or not self._begin(job):
                self._slots.release()

    def _begin(self, job: WorkerJob) -> bool:
        with self._changed:
            if self._stopping.is_set():
                return False
            self._running += 1
        try:
            self._pool.submit(self._work, job)
        except RuntimeError:  # no thread left: it is queued all the same, for the next that is free
            log.warning("a job waits for a thread")
        return True

    def _work(self, job: WorkerJob) -> None:
        try:
            self._send(job, self._diagnosis.answer(job))
        except Exception:
            # The edge of a worker thread: one target must not end the worker.
            log.exception("a job failed on our side")
        finally:
            self._slots.release()
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _send(self, job: WorkerJob, answer: WorkerAnswer) -> None:
        for attempt in range(1, _ANSWER_TRIES + 1):
            try:
                self._client.send_answer(job, answer)
            except ServiceUnavailableError as error:
                if attempt < _ANSWER_TRIES:
                    self._pause(attempt, error)
            else:
                return

    def _pause(self, failures: int, error: ServiceUnavailableError) -> None:
        pause_s = pull_pause_s(failures, asked_s=error.pause_s, pick=self._pick)
        log.warning("the service can't be used now", why=str(error), pause_s=round(pause_s, 1))
        self._stopping.wait(pause_s)


def pull_pause_s(
    failures: int, *, asked_s: float | None = None, pick: Draw = random.uniform
) -> float:
    """
    Return the seconds until the service is asked again after so many failures in a row.

    Full jitter up to a limit that doubles, a minute at most. The pause that the service asked for
    (Retry-After, RFC 9110, section 10.2.3) is added.
    """
    limit_s = min(_MAX_PAUSE_S, 2.0 ** min(failures, 10))
    return (asked_s or 0.0) + pick(0.0, limit_s)


def _retry_after_s(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return min(float(text), _MAX_RETRY_AFTER_S) if text.isascii() and text.isdigit() else None
