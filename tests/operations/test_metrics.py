"""What /metrics tells is documented, and the dashboard and the alert rules ask for nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from intake import database as db
from intake.bootstrap import Services
from intake.operations import readiness
from intake.operations.metrics import METRICS, ServiceMetrics
from intake.operations.readiness import Readiness
from tests.tickets.example import draft, ticket

DEPLOY = Path(__file__).parents[2] / "deploy"
_NAME = re.compile(r"\b(intake_[a-z_]+)")


@pytest.fixture(autouse=True)
def _resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "resolver_answers", lambda _resolvers: True)


@pytest.fixture(scope="module")
def told(services: Services) -> str:
    """After one ticket that waits, of a checklist that is live."""
    checklist = services.checklists["site-down"]
    _, draft_id = services.drafts.create(checklist, draft())
    services.tickets.send(
        draft_id, lambda reference, _: ticket(reference=reference, now=db.utc_now()), ["email"]
    )
    services.checks.verdicts["fault"] += 1
    return ServiceMetrics(services, Readiness(services)).exposition().decode()


def test_every_metric_is_documented_and_every_documented_one_is_told(told: str) -> None:
    families = {family.name: family for family in text_string_to_metric_families(told)}
    names = {sample.name for family in families.values() for sample in family.samples}
    own = {name for name in families if name.startswith("intake_")}
    # A family without a sample still tells its type; one of a counter has no suffix.
    assert own == {name.removesuffix("_total") for name in METRICS}
    assert {"process_open_fds", "process_resident_memory_bytes"} <= names
    for family in families.values():
        for sample in family.samples:
            if sample.name in METRICS:
                assert set(sample.labels) == set(METRICS[sample.name].labels)


def test_a_ticket_that_waits_shows(told: str) -> None:
    # Tests before it may have sent some to the same database.
    assert re.search(r'intake_deliveries{desk="email",state="waiting"} [1-9]', told)
    assert re.search(r'intake_tickets_sent_last_day{checklist="site-down"} [1-9]', told)
    assert re.search(r'intake_diagnoses_total{verdict="fault"} [1-9]', told)
    assert 'intake_ready{check="database"} 1.0' in told


def test_nothing_of_a_customer_is_told(told: str) -> None:
    for word in ("anna", "shop.example", "198.51.100.23", "Анна", "H4X"):
        assert word not in told


def test_without_the_database_the_rest_is_told(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise db.StorageGone("gone")

    monkeypatch.setattr("intake.operations.metrics.undelivered", gone)
    monkeypatch.setattr(readiness, "write_heartbeat", gone)
    text = ServiceMetrics(services, Readiness(services)).exposition().decode()
    assert 'intake_ready{check="database"} 0.0' in text
    assert "intake_disk_free_bytes" in text


def test_the_dashboard_and_the_rules_know_our_metrics_alone() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "intake.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked.append((DEPLOY / "prometheus" / "intake.rules.yml").read_text())
    assert all("expr" not in panel or panel["title"] for panel in dashboard["panels"])
    assert {name for text in asked for name in _NAME.findall(text)} <= METRICS.keys()
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool (Debian: prometheus)")
def test_promtool_takes_the_rules_and_the_metrics(told: str) -> None:
    folder = DEPLOY / "prometheus"
    for command in (
        ("check", "rules", "intake.rules.yml"),
        ("test", "rules", "intake.rules.test.yml"),
    ):
        subprocess.run(["promtool", *command], cwd=folder, check=True, capture_output=True)
    own = told[told.index("# HELP intake_") :]
    own = own[: own.index("# HELP process_")]
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=own, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
