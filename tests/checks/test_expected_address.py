"""The address that a customer expects: judged for their draft alone, without another packet."""

from __future__ import annotations

from datetime import UTC, datetime

from diagnostics import Options
from intake.checks.expected_address import options_of
from intake.journey import Checklist, CheckRun, Draft, Journey, Product, SupportDesk, Text
from tests.journey.customer import Customer
from tests.sketches import load_sketch

CHECKLIST = load_sketch("""
checklist: moved
title: Moved
steps:
  - {ask: site, kind: target, text: Site}
  - {ask: server, kind: target, text: Server}
  - {check: web, diagnose: site, of: site, expect: server}
ticket:
  subject: "{site}"
  priority: [{otherwise: normal}]
  queue: [{otherwise: hosting}]
""")


def run(expected: str) -> CheckRun:
    return CheckRun(
        step="web",
        target="shop.example",
        expected=expected,
        state="done",
        started_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_the_check_begins_at_once_and_is_judged_anew_by_the_address() -> None:
    anna = Customer(CHECKLIST, Draft(language="en"))
    anna.says("site", "shop.example")
    assert [(due.target, due.expected) for due in anna.journey.checks_due] == [("shop.example", "")]
    anna.journey = anna.journey.with_check(run(""))
    assert not anna.journey.checks_due
    anna.says("server", "93.184.215.14")
    assert [due.expected for due in anna.journey.checks_due] == ["93.184.215.14"]
    anna.journey = anna.journey.with_check(run("93.184.215.14"))
    assert not anna.journey.checks_due


def test_a_name_expects_nothing() -> None:
    anna = Customer(CHECKLIST, Draft(language="en"))
    anna.says("site", "shop.example")
    anna.says("server", "server.example")
    assert [due.expected for due in anna.journey.checks_due] == [""]


def test_the_report_is_concluded_with_the_address() -> None:
    options = options_of(run("93.184.215.14"), Options())
    assert [str(address) for address in options.expect_addresses] == ["93.184.215.14"]
    assert options_of(run(""), Options()) == Options()


OF_PRODUCT = load_sketch("""
checklist: bought
title: Bought
steps:
  - {ask: site, kind: target, text: Site}
  - {ask: tariff, kind: choice, role: product, text: Tariff, choices: {shared: S, vps: V}}
  - {check: web, diagnose: site, of: site, expect: product}
ticket:
  subject: "{site}"
  priority: [{otherwise: normal}]
  queue: [{otherwise: hosting}]
""")
SHARED = Product(title=Text("Shared"), addresses=("192.0.2.7", "192.0.2.8"))
DESK = SupportDesk(products={"shared": SHARED, "vps": Product(title=Text("VPS"))})


def test_the_addresses_of_the_product_are_expected_once_it_is_known() -> None:
    checklist = Checklist(OF_PRODUCT.head, OF_PRODUCT.steps, DESK)
    anna = Customer(checklist, Draft(language="en"))
    anna.says("site", "shop.example")
    assert [due.expected for due in anna.journey.checks_due] == [""]
    anna.says("tariff", "shared")
    (due,) = anna.journey.checks_due
    assert due.expected == "192.0.2.7, 192.0.2.8" == anna.journey.expected_of(due.step)
    options = options_of(run(due.expected), Options())
    assert [str(address) for address in options.expect_addresses] == ["192.0.2.7", "192.0.2.8"]
    anna.says("tariff", "vps")
    assert [due.expected for due in anna.journey.checks_due] == [""]


def test_an_older_draft_has_no_expectation() -> None:
    stored = run("").model_dump(mode="json")
    del stored["expected"]
    assert CheckRun.model_validate(stored).expected == ""
    assert isinstance(Journey(CHECKLIST, Draft(language="en")), Journey)
