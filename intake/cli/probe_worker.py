"""`intake probe-worker`: measure targets from another network for the operator's service."""

from __future__ import annotations

import signal
import threading

import structlog
import typer

from intake.cli.lazy_commands import enable_garbage_collection
from intake.settings import SettingsError, load_settings, unknown_variables
from intake.vantages.probe_worker import ProbeWorker, ServiceClient
from intake.vantages.worker_diagnosis import WorkerDiagnosis
from intake.web.running.logs import set_up_logs


def probe_worker_command() -> None:
    """
    Measure targets from this machine's network for the service at INTAKE_SERVICE_URL.

    INTAKE_WORKER_TOKEN is what `intake workers add` printed there. The worker connects to the
    service and takes no connections; what may be probed is this machine's own setting. It runs
    until it is stopped (SIGINT, SIGTERM).
    """
    enable_garbage_collection()
    settings = load_settings()
    if settings.service_url is None or settings.worker_token is None:
        missing = "WORKER_TOKEN" if settings.service_url else "SERVICE_URL"
        raise SettingsError(
            f"INTAKE_{missing}: a probe worker needs INTAKE_SERVICE_URL, the service's address, and"
            " INTAKE_WORKER_TOKEN, which `intake workers add NAME` prints there."
        )
    set_up_logs(settings.log_level)
    for warning in unknown_variables():
        typer.echo(f"intake: {warning}", err=True)
    client = ServiceClient(
        settings.service_url, settings.worker_token.get_secret_value(), ca_file=settings.ca_file
    )
    worker = ProbeWorker(client, WorkerDiagnosis(settings.probe_options(), settings.control))
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
    log = structlog.get_logger(__name__)
    log.info("a probe worker asks for jobs", service=settings.service_url)
    worker.run()
    log.info("stopped")
