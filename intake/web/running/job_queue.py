"""Connects a web process to the job queue, if the operator runs workers for it."""

from __future__ import annotations

from collections.abc import Callable

from intake.bootstrap import Services
from intake.settings import SettingsError


def use_job_queue(services: Services) -> Callable[[], None]:
    """
    Hand deliveries and diagnoses over to workers, if INTAKE_JOB_QUEUE is set.

    Returns the function that closes the queue.

    Raises:
        SettingsError: procrastinate isn't installed.
        StorageError: the queue's tables can't be created.
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
    services.checks.measure_in_workers(queue.measure)
    return queue.close


def _nothing() -> None:
    """Do nothing: there is no queue to close."""
