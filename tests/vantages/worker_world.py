"""A service with its workers' addresses on loopback, and workers that work for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware

from diagnostics import Options
from intake.checks import OtherVantages
from intake.vantages.probe_worker import ProbeWorker, ServiceClient
from intake.vantages.worker_diagnosis import WorkerDiagnosis
from intake.vantages.worker_jobs import WorkerJobs
from intake.vantages.worker_store import WorkerStore
from intake.web.limits.gate import Gate
from intake.web.limits.origins import Origins
from intake.web.limits.uploads import UploadGate
from intake.web.pages import Pages
from intake.web.programs.probe_workers import ProbeWorkerRoutes
from tests.web.look_world import STEP, LookWorld

POLL_S = 5.0


class WorkerWorld(LookWorld):
    """One customer's measured check, and everything that workers need of the service."""

    def __init__(self, engine: Engine, text: str) -> None:
        super().__init__(engine, text)
        self.workers, self.jobs = WorkerStore(engine), WorkerJobs()
        self.others = OtherVantages([self.jobs], self.store, self.storage, self.options)
        routes = ProbeWorkerRoutes(self.workers, self.jobs, poll_s=POLL_S).routes()
        gate = Middleware(
            Gate,
            not_found=Pages("AcmeHost", "en").not_found,
            origins=Origins(None),
            uploads=UploadGate(lambda _: False, lambda: 0),
            files={},
            sockets=10,
            sockets_per_client=10,
        )
        self.app = Starlette(routes=routes, middleware=[gate])

    def ask(self) -> None:
        """Let other vantages look at the stored check, as the end of a diagnosis does."""
        self.others.ask(self.draft_id, self.run, self.report)

    def wait_for_views(self, count: int = 1) -> None:
        """Until so many vantages' views are stored, or none can come any more."""
        pause = threading.Event()
        while len(self.report.seen_from()) < count and self.others.is_looking(self.draft_id, STEP):
            pause.wait(0.02)

    def wait_for_worker(self, count: int = 1) -> None:
        """Until so many workers wait for a job."""
        pause = threading.Event()
        while sum(queue.wake is not None for queue in self.jobs._queues.values()) < count:
            pause.wait(0.02)


@contextmanager
def at_work(
    url: str, token: str, options: Options, *, controls: tuple[str, ...] = ()
) -> Iterator[ProbeWorker]:
    """A worker in threads of this process."""
    client = ServiceClient(url, token, poll_s=POLL_S)
    worker = ProbeWorker(client, WorkerDiagnosis(options, controls), pick=lambda *_: 0.05)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        assert not thread.is_alive()
