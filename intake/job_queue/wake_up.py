"""Put jobs for workers into the queue, from the web processes: deliveries and diagnoses."""

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
    """The queue as a web process uses it; from any thread."""

    def __init__(self, url: str) -> None:
        connector = SyncPsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=5.0)
        self._app = App(connector=connector)

    def open(self) -> None:
        """Connect; then jobs may be put into the queue."""
        self._app.open()

    def close(self) -> None:
        """Disconnect."""
        self._app.close()

    def wake_delivery(self) -> None:
        """Wake a worker for due deliveries; one job in the queue is enough for all of them."""
        self._put(DELIVER, lock=DELIVER)

    def measure(self, request: CheckRequest, claim: str) -> bool:
        """
        Let a worker measure a claimed target; False if the job could not be put into
        the queue.
        """
        return self._put(MEASURE, claim=claim, **write_request(request))

    def _put(self, name: str, *, lock: str | None = None, **arguments: Any) -> bool:  # noqa: ANN401 - JSON
        task = self._app.configure_task(name, queue=QUEUES[name], queueing_lock=lock)
        try:
            task.defer(**arguments)
        except AlreadyEnqueued:
            return True
        except ConnectorException:
            # Workers check every minute by themselves, and the work itself is stored already.
            log.warning("a job could not be put into the queue", job=name, exc_info=True)
            return False
        return True
