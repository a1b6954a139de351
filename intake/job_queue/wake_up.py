"""Wakes workers from the web processes: a job for a delivery that waits, a job for a diagnosis."""

from __future__ import annotations

from typing import Any

import structlog
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from intake.checks.shared_run import CheckRequest
from intake.job_queue.jobs import DELIVER, MEASURE, QUEUES
from intake.job_queue.measure_job import write_request

log = structlog.get_logger(__name__)


class JobQueue:
    """Where a web process puts jobs; from any thread."""

    def __init__(self, url: str) -> None:
        connector = SyncPsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=5.0)
        self._app = App(connector=connector)

    def open(self) -> None:
        """Connect; jobs may be put from now on."""
        self._app.open()

    def close(self) -> None:
        """Disconnect."""
        self._app.close()

    def wake_delivery(self) -> None:
        """A delivery waits; one job in the queue is enough for all of them."""
        self._put(DELIVER, lock=DELIVER)

    def measure(self, asked: CheckRequest, claim: str) -> bool:
        """Let a worker measure what was claimed; False where the job could not be put."""
        return self._put(MEASURE, claim=claim, **write_request(asked))

    def _put(self, name: str, *, lock: str | None = None, **arguments: Any) -> bool:  # noqa: ANN401 - JSON
        task = self._app.configure_task(name, queue=QUEUES[name], queueing_lock=lock)
        try:
            task.defer(**arguments)
        except AlreadyEnqueued:
            return True
        except ConnectorException:
            # Each minute a worker looks by itself, and what is to be done is stored already.
            log.warning("a job could not be put into the queue", job=name, exc_info=True)
            return False
        return True
