"""
The metrics of `/metrics`, under stable names: docs/metrics.md is generated from the table here.

Counts and times, nothing personal. What is in the database is read from there, so that every
process reports the same, and a restart forgets nothing; such figures are gauges over the last day.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple, TypeVar

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from intake.bootstrap import Services
from intake.database import StorageError, utc_now
from intake.operations.alarms.stored import count_alarms
from intake.operations.canary_history import last_run
from intake.operations.disk_space import disk_space
from intake.operations.figures import ServiceFigures, read_figures
from intake.operations.heartbeats import BACKUP_HEARTBEAT, last_heartbeat
from intake.operations.readiness import OK, Readiness
from intake.outbox import DeskPauses, delivered_since, undelivered

Labels = TypeVar("Labels", bound=tuple[str, ...])

DAY: Final = timedelta(days=1)
_CACHE_S: Final = 15.0  # scrapes within this time get the same figures


class MetricInfo(NamedTuple):
    """The meaning of a metric, and its labels."""

    meaning: str
    labels: tuple[str, ...] = ()


METRICS: Final[Mapping[str, MetricInfo]] = {
    "intake_outbox_age_seconds": MetricInfo(
        "How long the oldest delivery has waited that is neither delivered nor parked; 0: none."
        " The first figure to be alarmed by."
    ),
    "intake_deliveries": MetricInfo(
        "Deliveries that are not with their desk. state: waiting, leased (being handed over),"
        " parked (nobody tries until a person says so).",
        ("desk", "state"),
    ),
    "intake_deliveries_oldest_age_seconds": MetricInfo(
        "How long ago the oldest of them was enqueued.", ("desk", "state")
    ),
    "intake_delivered_last_day": MetricInfo(
        "Deliveries that a desk took in the last 24 hours.", ("desk",)
    ),
    "intake_desk_paused": MetricInfo("1 while a desk takes nothing, whoever asks.", ("desk",)),
    "intake_ready": MetricInfo(
        "1 where /readyz says ok. check: database, disk, outbox, resolver, checklists.", ("check",)
    ),
    "intake_disk_free_bytes": MetricInfo("Room left where the data lies."),
    "intake_backup_age_seconds": MetricInfo(
        "How long ago `intake backup` made the last one; nothing before the first."
    ),
    "intake_canary_age_seconds": MetricInfo(
        "How long ago `intake canary` walked last; nothing before the first."
    ),
    "intake_canary_failed": MetricInfo("1 where its last walk failed."),
    "intake_alarms": MetricInfo("Faults that a person was told of and that aren't over."),
    "intake_checklists": MetricInfo(
        "Checklists by state: live, or broken (customers get its last good version, or none).",
        ("state",),
    ),
    "intake_diagnoses_total": MetricInfo(
        "Diagnoses that this process made. verdict: fault, degraded, healthy, inconclusive,"
        " failed (on our side).",
        ("verdict",),
    ),
    "intake_customers_active": MetricInfo(
        "Customers who did something in this process in the last two minutes; at"
        " INTAKE_CUSTOMERS_AT_ONCE others begin to wait."
    ),
    "intake_customers_waiting": MetricInfo(
        "Customers who read their number in line on this process."
    ),
    "intake_page_wait_seconds": MetricInfo(
        "How long a customer's page waited for its turn in this process, the mean of the last five"
        " seconds. Above 1 newcomers wait, however few are served."
    ),
    "intake_walks_begun_last_day": MetricInfo(
        "Customers who began, in the last 24 hours.", ("checklist",)
    ),
    "intake_walks_solved_last_day": MetricInfo(
        "Customers whose trouble was solved without a ticket.", ("checklist",)
    ),
    "intake_walks_left_last_day": MetricInfo(
        "Customers who left half an hour ago or more, by the last step they reached.",
        ("checklist", "step"),
    ),
    "intake_tickets_sent_last_day": MetricInfo("Tickets sent.", ("checklist",)),
    "intake_tickets_complete_last_day": MetricInfo(
        "Tickets complete at first contact: all that was asked was answered, and support sent no"
        " question back.",
        ("checklist",),
    ),
    "intake_questions_sent_back_last_day": MetricInfo(
        'Questions that support sent back about these tickets, the "please send us" rounds.',
        ("checklist",),
    ),
    "intake_time_to_sent_seconds": MetricInfo(
        "From opening the wizard to the sent ticket, in the last 24 hours: so long or less for that"
        " share of the tickets, 0.5 or 0.9.",
        ("checklist", "share"),
    ),
}
_SHARES: Final = (0.5, 0.9)


class CrowdFigures(NamedTuple):
    """How many customers one process serves, and how long their pages wait."""

    active: int = 0
    waiting: int = 0
    page_wait_s: float = 0.0


class ServiceMetrics:
    """
    Reads the metrics of one process and its database, in a registry of its own.

    `crowd` is set by the code that counts the customers, before the figures are read.
    """

    def __init__(
        self,
        services: Services,
        readiness: Readiness,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services, self._readiness, self._clock = services, readiness, clock
        self.crowd = CrowdFigures()
        self._cached: tuple[float, bytes] = (float("-inf"), b"")
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def exposition(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        if self._clock() - self._cached[0] >= _CACHE_S:
            self._cached = (self._clock(), generate_latest(self._registry))
        return self._cached[1]

    def collect(self) -> Iterator[Metric]:
        """Yield the metric families; without the database only those of the process."""
        yield from self._own_state()
        try:
            database_readers = (self._deliveries, self._backups, self._watching, self._customers)
            families = [family for read in database_readers for family in read()]
        except StorageError:
            return  # `intake_ready` says so
        yield from families

    def _own_state(self) -> Iterator[Metric]:
        words = self._readiness.words()
        yield _gauge("intake_ready", {(name,): word == OK for name, word in words.items()})
        files = self._services.checklists.files.values()
        live = sum(file.is_live for file in files)
        states = {("live",): live, ("broken",): len(files) - live}
        yield _gauge("intake_checklists", states)
        try:
            free = disk_space(self._services.settings.data).free_bytes
        except OSError:
            free = 0
        yield _gauge("intake_disk_free_bytes", {(): free})
        diagnoses = CounterMetricFamily(
            "intake_diagnoses", METRICS["intake_diagnoses_total"].meaning, labels=("verdict",)
        )
        for verdict, count in sorted(self._services.checks.verdicts.copy().items()):
            diagnoses.add_metric((verdict,), count)
        yield diagnoses
        crowd = self.crowd
        yield _gauge("intake_customers_active", {(): crowd.active})
        yield _gauge("intake_customers_waiting", {(): crowd.waiting})
        yield _gauge("intake_page_wait_seconds", {(): crowd.page_wait_s})

    def _deliveries(self) -> Iterator[Metric]:
        engine, now = self._services.engine, utc_now()
        rows = undelivered(engine)
        ages = {(row.desk, row.state): (now - row.oldest_at).total_seconds() for row in rows}
        tried = [age for (_, state), age in ages.items() if state != "parked"]
        yield _gauge("intake_outbox_age_seconds", {(): max(tried, default=0.0)})
        yield _gauge("intake_deliveries", {(row.desk, row.state): row.count for row in rows})
        yield _gauge("intake_deliveries_oldest_age_seconds", ages)
        desks = [desk.name for desk in self._services.worker.desks]
        taken = {**dict.fromkeys(desks, 0), **delivered_since(engine, now - DAY)}
        yield _gauge("intake_delivered_last_day", {(desk,): n for desk, n in taken.items()})
        paused = DeskPauses(engine).all()
        yield _gauge("intake_desk_paused", {(desk,): desk in paused for desk in desks})

    def _backups(self) -> Iterator[Metric]:
        at = last_heartbeat(self._services.engine, BACKUP_HEARTBEAT)
        ages = {} if at is None else {(): (utc_now() - at).total_seconds()}
        yield _gauge("intake_backup_age_seconds", ages)

    def _watching(self) -> Iterator[Metric]:
        run = last_run(self._services.engine)
        ages = {} if run is None else {(): (utc_now() - run.at).total_seconds()}
        yield _gauge("intake_canary_age_seconds", ages)
        failed = {} if run is None else {(): bool(run.failed_step)}
        yield _gauge("intake_canary_failed", failed)
        yield _gauge("intake_alarms", {(): count_alarms(self._services.engine)})

    def _customers(self) -> Iterator[Metric]:
        now, names = utc_now(), tuple(self._services.checklists)
        figures = read_figures(self._services.engine, names, now - DAY, now)
        for metric, read in _FIGURES.items():
            yield _gauge(metric, {(name,): read(row) for name, row in figures.items()})
        yield _gauge("intake_time_to_sent_seconds", dict(_times(figures)))
        left = {
            (name, step.step): step.left
            for name in names
            for step in self._services.statistics(name, now - DAY).steps.values()
        }
        yield _gauge("intake_walks_left_last_day", left)


_FIGURES: Final[Mapping[str, Callable[[ServiceFigures], int]]] = {
    "intake_walks_begun_last_day": lambda row: row.begun,
    "intake_walks_solved_last_day": lambda row: row.solved,
    "intake_tickets_sent_last_day": lambda row: row.sent,
    "intake_tickets_complete_last_day": lambda row: row.complete,
    "intake_questions_sent_back_last_day": lambda row: row.questions,
}


def _times(figures: Mapping[str, ServiceFigures]) -> Iterator[tuple[tuple[str, str], float]]:
    for name, row in figures.items():
        for share in _SHARES:
            seconds = row.seconds_to_sent_at(share)
            if seconds is not None:  # no tickets have no median
                yield (name, str(share)), seconds


def _gauge(name: str, values: Mapping[Labels, float]) -> Metric:
    info = METRICS[name]
    family = GaugeMetricFamily(name, info.meaning, labels=info.labels)
    for labels, value in values.items():
        family.add_metric(labels, float(value))
    return family
