"""Puts the work of a web process into the job queue, where the operator has workers for it."""

from __future__ import annotations

from collections.abc import Callable

from intake.bootstrap import Services
from intake.settings import SettingsError


def use_job_queue(services: Services) -> Callable[[], None]:
    """
    Hand deliveries and diagnoses over to workers, where INTAKE_JOB_QUEUE says so.

    Returns what closes the queue at the end.

    Raises:
        SettingsError: procrastinate isn't installed.
        StorageError: the queue's tables can't be made.
    """
    if services.settings.job_queue != "procrastinate":
        return _nothing
    try:
        from intake.job_queue.jobs import make_tables  # noqa: PLC0415 - an extra
        from intake.job_queue.wake_up import JobQueue  # noqa: PLC0415 - see above
    except ImportError as error:
        raise SettingsError(
            "INTAKE_JOB_QUEUE: procrastinate isn't installed; install hosting-intake[scale]."
        ) from error
    make_tables(services.engine)
    queue = JobQueue(services.settings.database)
    queue.open()
    services.worker.delegate(queue.wake_delivery)
    services.checks.measured_elsewhere(queue.measure)
    return queue.close


def _nothing() -> None:
    """Threads of this process do the work."""
