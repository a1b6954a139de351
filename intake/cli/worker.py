"""`intake worker`: deliver, measure and delete for the web processes on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import structlog
import typer

from diagnostics import load_probes
from intake.bootstrap import Services, load_services
from intake.cli.lazy_commands import enable_garbage_collection
from intake.operations.process_end import exit_within
from intake.settings import SettingsError, load_settings, unknown_variables
from intake.web.running.logs import set_up_logs

_STOP_WITHIN_S = 7.0
_EXIT_WITHIN_S = 1.0
_QUEUES = ("deliveries", "checks", "sweeps")


def worker_command(
    queues: Annotated[
        str, typer.Option(help=f"which queues, of {','.join(_QUEUES)}; all by default")
    ] = "",
    at_once: Annotated[int, typer.Option(min=1, max=200, help="jobs at the same time")] = 8,
) -> None:
    """
    Deliver, measure and delete for the web processes, with the job queue (PostgreSQL).

    The web processes have INTAKE_JOB_QUEUE=procrastinate too. It runs until it is stopped (SIGINT,
    SIGTERM): it takes no more, and what is in hand ends or is handed back within ten seconds.
    """
    enable_garbage_collection()
    os.umask(0o077)
    settings = load_settings()
    if settings.job_queue != "procrastinate":
        raise SettingsError(
            "INTAKE_JOB_QUEUE: a worker takes its work from the job queue; set it to procrastinate,"
            " here and for the web processes."
        )
    names = tuple(name.strip() for name in queues.split(",") if name.strip())
    if unknown := [name for name in names if name not in _QUEUES]:
        raise SettingsError(f"--queues: {unknown[0]!r} is none of {', '.join(_QUEUES)}.")
    set_up_logs(settings.log_level)
    for warning in unknown_variables():
        typer.echo(f"intake: {warning}", err=True)
    load_probes()
    services = load_services()
    try:
        asyncio.run(_work(services, names or _QUEUES, at_once))
    finally:
        services.checks.stop()
    structlog.get_logger(__name__).info("stopped")


async def _work(services: Services, queues: tuple[str, ...], at_once: int) -> None:
    try:
        from intake.job_queue.jobs import make_tables, worker_app  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(
            "INTAKE_JOB_QUEUE: procrastinate isn't installed; install hosting-intake[scale]."
        ) from error
    make_tables(services.engine)
    app = worker_app(services)
    async with app.open_async():
        structlog.get_logger(__name__).info("a worker waits for jobs", queues=",".join(queues))
        await app.run_worker_async(
            queues=list(queues),
            concurrency=at_once,
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=_STOP_WITHIN_S,
            delete_jobs="always",
            stalled_worker_timeout=30.0,
        )
    # A job that hangs in a thread would keep the process alive; another worker takes it over.
    services.worker.hand_back()
    services.checks.stop()
    exit_within(_EXIT_WITHIN_S)
