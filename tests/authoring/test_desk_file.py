"""`desk.yaml`: what a department declares is what its checklists may name, and is pinned along."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.authoring.loader import examine_file, load_checklist, load_folder
from intake.cli.lint_command import lint_paths
from intake.journey import Checklist, Journey, product_of
from intake.journey.checklist_paths import DESK_FILE, shipped_folder
from tests.journey.customer import Customer
from tests.tickets import example

DESK = """
queues: {hosting: {en: Hosting, ru: Хостинг}}
priorities: {today: {en: Today, ru: Сегодня}}
products:
  shared-hosting:
    title: {en: Shared hosting, ru: Виртуальный хостинг}
    fixed-by: {http.bad_gateway: hosting, http.*: customer, registrar: hosting}
product: shared-hosting
"""
CHECKLIST = """
checklist: plain
title: {en: Plain, ru: Простой}
steps:
  - {ask: email, kind: e-mail, role: contact, text: {en: "E-mail", ru: "Почта"}}
ticket: {subject: Plain, priority: [{otherwise: today}], queue: [{otherwise: hosting}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / DESK_FILE).write_text(DESK, encoding="utf-8")
    (tmp_path / "plain.yaml").write_text(CHECKLIST, encoding="utf-8")
    return tmp_path


def test_a_checklist_names_what_is_declared(folder: Path) -> None:
    checklist = load_folder(folder)["plain"]
    assert checklist.desk.queues["hosting"].in_("ru") == "Хостинг"
    again = Checklist.from_json(checklist.to_json())
    assert (again.desk, again.version) == (checklist.desk, checklist.version)


def test_the_file_is_no_checklist_and_is_linted_with_its_folder(folder: Path) -> None:
    assert list(load_folder(folder)) == ["plain"]
    assert lint_paths([folder]).problems == ()
    (folder / DESK_FILE).write_text("quees: {}\n", encoding="utf-8")
    (problem,) = lint_paths([folder]).problems
    assert (Path(problem.file).name, problem.code, problem.suggestion) == (
        DESK_FILE,
        "unknown-key",
        "queues",
    )
    assert lint_paths([folder / DESK_FILE]).problems[0].code == "unknown-key"


def test_a_folder_without_the_file_takes_any_queue(folder: Path) -> None:
    (folder / DESK_FILE).unlink()
    path = folder / "plain.yaml"
    path.write_text(CHECKLIST.replace("otherwise: today", "otherwise: low"), encoding="utf-8")
    assert examine_file(path).problems == ()
    assert examine_file(path).checklist is not None


@pytest.mark.parametrize(
    ("code", "usual", "fixer"),
    [
        ("http.bad_gateway", "customer", "hosting"),  # by its own code
        ("http.truncated", "hosting", "customer"),  # by its family
        ("dns.domain_not_delegated", "registrar", "hosting"),  # by who it usually is
        ("net.no_route", "network", "network"),
    ],
)
def test_who_mends_it_depends_on_the_product(
    code: str, usual: str, fixer: str, folder: Path
) -> None:
    product = load_folder(folder)["plain"].desk.products["shared-hosting"]
    assert product.fixer(code, usual) == fixer


def test_what_the_customer_chose_counts_before_what_is_usual(
    customer: Callable[..., Customer],
) -> None:
    every = load_checklist("every-step")
    content = json.loads(every.to_json())
    content["desk"]["product"] = "vps"
    anna = customer(Checklist.from_json(json.dumps(content)))
    assert _product(anna.journey) == "vps"
    anna.says("site", "shop.example")
    anna.says("product", "shared-hosting")
    assert _product(anna.journey) == "shared-hosting"


def _product(journey: Journey) -> str | None:
    named = product_of(journey)
    return named[0] if named else None


def test_on_shared_hosting_a_502_is_ours_in_the_ticket() -> None:
    shared = {
        "title": {"en": "Shared hosting", "ru": "Виртуальный хостинг"},
        "fixed-by": {"http.*": "hosting", "tls.*": "hosting"},
    }
    desk = {
        "queues": {"hosting": {"en": "Hosting team", "ru": "Отдел хостинга"}},
        "products": {"shared-hosting": shared},
        "product": "shared-hosting",
    }
    checklist = Checklist.from_json(json.dumps({**example.RAW, "desk": desk}))
    ticket = example.ticket_on(checklist)
    assert ticket.verdict is not None
    assert [finding.fixer for finding in ticket.diagnoses[0].findings] == ["hosting", "hosting"]
    assert ticket.verdict.fixer == "hosting"
    assert ticket.queue == "hosting"
    assert ticket.product is not None
    assert ticket.product.id == "shared-hosting"


def test_the_shipped_department_knows_every_shipped_queue() -> None:
    desk = load_checklist(shipped_folder() / "site-down.yaml").desk
    queues = {str(value) for checklist in load_folder().values() for _, value in checklist.queue}
    assert queues == set(desk.queues)
