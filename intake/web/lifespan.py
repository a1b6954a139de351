"""Background work for the server's lifetime: workers, watchers, hourly deletion."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from streamlit.starlette import App

from diagnostics import load_probes
from intake.bootstrap import Services
from intake.operations.alarms.messenger import AlarmMessenger
from intake.operations.alarms.watcher import AlarmWatcher
from intake.operations.retention.policy import retention_policy
from intake.web.files.static_files import Compressor
from intake.web.running.alarms import watch_for_faults
from intake.web.running.retention import purge_hourly


def lifespan_of(services: Services, compressor: Compressor) -> Any:  # noqa: ANN401 - Streamlit's own type names its App
    """Return the lifespan that starts and stops the background work with the server."""

    @asynccontextmanager
    async def run(app: App) -> AsyncIterator[None]:
        del app
        # Imported late to keep commands fast; a server loads probes before its first visitor.
        load_probes()
        services.worker.start()
        services.watcher.start()
        services.notices.start()
        compressor.start()
        retention = asyncio.create_task(
            purge_hourly(services.engine, retention_policy(services.settings))
        )
        watcher = AlarmWatcher(services, AlarmMessenger(services.settings).tell)
        alarms = asyncio.create_task(watch_for_faults(watcher))
        try:
            yield
        finally:
            alarms.cancel()
            retention.cancel()
            compressor.stop()
            # In parallel, since all of them share the same few seconds.
            await asyncio.gather(
                run_in_threadpool(services.watcher.stop),
                run_in_threadpool(services.notices.stop),
                run_in_threadpool(services.checks.stop),
                run_in_threadpool(services.other_vantages.stop),
                run_in_threadpool(services.worker.stop),
            )

    return run
