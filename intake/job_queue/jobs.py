"""The workers' jobs, by name and queue, and the queue's tables."""

from __future__ import annotations

from typing import Any, Final

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, inspect

from intake import database as db
from intake.bootstrap import Services
from intake.job_queue.measure_job import read_request
from intake.operations.retention.policy import retention_policy
from intake.operations.retention.sweep import sweep

DELIVER, MEASURE, SWEEP, RETRY_STALLED = "deliver", "measure", "sweep", "retry-stalled"
QUEUES: Final = {DELIVER: "deliveries", MEASURE: "checks", SWEEP: "sweeps", RETRY_STALLED: "sweeps"}
STALLED_S: Final = 30.0  # without a sign of life from its worker, which gives one every ten
_SCHEMA_LOCK: Final = 7_418_211
_EVERY_MINUTE: Final = "* * * * *"
_EVERY_HOUR: Final = "7 * * * *"


def make_tables(engine: Engine) -> None:
    """
    Create the queue's own tables if they don't exist; of several processes one does it.

    Raises:
        StorageError: the database can't be written now.
    """
    with db.writing(engine) as connection:
        db.hold_lock(connection, _SCHEMA_LOCK)
        if not inspect(connection).has_table("procrastinate_jobs"):
            # As one text without parameters, past SQLAlchemy: it holds many statements.
            raw: Any = connection.connection.driver_connection
            raw.execute(SchemaManager.get_schema())


def worker_app(services: Services) -> App:
    """Return all jobs, bound to the services; nothing runs yet."""
    url = services.settings.database
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @app.periodic(cron=_EVERY_MINUTE)  # for deliveries due later, and for lost wake-ups
    @app.task(name=DELIVER, queue=QUEUES[DELIVER], queueing_lock=DELIVER, pass_context=True)
    def deliver(context: JobContext, timestamp: int | None = None) -> None:
        del timestamp
        services.worker.deliver_due(should_stop=context.should_abort)

    @app.task(name=MEASURE, queue=QUEUES[MEASURE])
    def measure(claim: str, kind: str, target: str | dict[str, str | int | None]) -> None:
        services.checks.measure_claimed(read_request(kind, target), claim)

    @app.periodic(cron=_EVERY_HOUR)
    @app.task(name=SWEEP, queue=QUEUES[SWEEP], queueing_lock=SWEEP)
    def delete_what_is_old(timestamp: int) -> None:
        del timestamp
        sweep(services.engine, retention_policy(services.settings), db.utc_now)

    @app.periodic(cron=_EVERY_MINUTE)
    @app.task(name=RETRY_STALLED, queue=QUEUES[RETRY_STALLED], queueing_lock=RETRY_STALLED)
    async def retry_stalled(timestamp: int) -> None:
        del timestamp
        manager = app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
            await manager.retry_job(job)

    return app
