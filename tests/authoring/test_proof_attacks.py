"""Constructions against the proof: each is told by the lint, or harms nobody at run time."""

from __future__ import annotations

import pytest

from intake.authoring.loader import examine_text
from tests.authoring.all_cases import EveryCustomer

_HEAD = "checklist: small\ntitle: Small\nmust-have: {order: The order}\nsteps:\n"
_SITE = "  - {ask: site, kind: target, text: T}\n  - {check: web, diagnose: site, of: site}\n"
_SCOPE = "  - {ask: scope, kind: choice, text: T, choices: {one: One, all: All}}\n"
_MAIL = "  - {ask: email, kind: e-mail, role: contact, text: T}\n"
_ORDER = "  - {ask: order, kind: text, text: T, record: order}\n"
_TICKET = 'ticket: {subject: "{site}", priority: [{otherwise: normal}], queue: [{otherwise: x}]}\n'


def _mail(more: str) -> str:
    return _MAIL.replace("}", f", {more}}}")


def _order(more: str) -> str:
    return _ORDER.replace("}\n", f", {more}}}\n")


def _skip(rows: str, more: str = "") -> str:
    return (
        "  - {ask: net, kind: choice, text: T, choices: {x: X, y: Y}, if-measured: note, "
        f"answer-from: [{rows}]{more}}}\n"
    )


_FAULT = "{when: {web.verdict: fault}, is: x}"
_TOLD: dict[str, tuple[str, str]] = {
    # The contact
    "no contact at all": (_SITE + _ORDER, "contact-lacking"),
    "a contact that may be passed over": (
        _SITE + _ORDER + _mail("required: false"),
        "contact-optional",
    ),
    "a contact that may be unknown": (_SITE + _ORDER + _mail("dont-know: true"), "contact-unknown"),
    "a contact shown by a measurement": (
        _SITE + _ORDER + _mail("show-if: {web.verdict: fault}"),
        "contact-path",
    ),
    "a contact hidden while the check runs": (
        _SITE + _ORDER + _mail("show-if: {not: {web.verdict: unknown}}"),
        "contact-path",
    ),
    "a contact shown until the check lands": (
        _SITE + _ORDER + _mail("show-if: {web.verdict: unknown}"),
        "contact-path",
    ),
    "a contact for one answer": (
        _SITE + _SCOPE + _ORDER + _mail("show-if: {scope: one}"),
        "contact-path",
    ),
    "a contact for every answer but don't know": (
        _SITE + _SCOPE + _ORDER + _mail("show-if: {scope: [one, all]}"),
        "contact-path",
    ),
    "a contact behind a ticket's end": (
        _SITE + _SCOPE + _ORDER + "  - {end: ticket, show-if: {scope: one}}\n" + _MAIL,
        "contact-path",
    ),
    "a contact behind a hand-over": (
        _SITE + _SCOPE + _ORDER + "  - {end: hand-over, show-if: {scope: one}}\n" + _MAIL,
        "contact-path",
    ),
    "a contact that the browser gives": (
        _SITE + _ORDER + _mail("answer-from: environment.locale"),
        "contact-proposed",
    ),
    "a contact that a letter gives": (
        "  - {ask: back, kind: letter, text: T}\n" + _ORDER + _mail("answer-from: back.recipient"),
        "contact-proposed",
    ),
    "a contact that is measured": (
        _MAIL + "  - {check: post, diagnose: mail, of: email}\n" + _ORDER,
        "contact-measured",
    ),
    "a contact of a kind that nobody can write to": (
        _SITE + _ORDER + _MAIL.replace("e-mail", "number"),
        "role-unfit",
    ),
    "a contact hung on a skipped answer": (
        _SITE + _ORDER + _skip(_FAULT) + _mail("show-if: {net: [x, unknown]}"),
        "contact-path",
    ),
    "a contact hung on advice": (
        _SITE
        + _ORDER
        + "  - {tell: pay, text: T, show-if: {web.cause: http.suspended_page}}\n"
        + _mail("show-if: {pay: go-on}"),
        "contact-path",
    ),
    "a contact hung on a number and its opposite": (
        _SITE
        + _ORDER
        + "  - {ask: n, kind: number, text: T}\n"
        + _mail('show-if: {any: [{n: "< 3"}, {n: ">= 3"}, {n: unknown}]}'),
        "contact-path",
    ),
    "two contacts, one for each answer, none for don't know": (
        _SITE
        + _SCOPE
        + _ORDER
        + _mail("show-if: {scope: one}")
        + "  - {ask: tel, kind: phone, role: contact, text: T, show-if: {scope: all}}\n",
        "contact-path",
    ),
    # Required items
    "an item that nothing fills": (_SITE + _MAIL, "record-lacking"),
    "an item that may be passed over": (
        _SITE + _MAIL + _order("required: false"),
        "record-optional",
    ),
    "an item shown by a measurement": (
        _SITE + _MAIL + _order("show-if: {web.verdict: fault}"),
        "record-path",
    ),
    "an item behind an end": (
        _SITE + _SCOPE + _MAIL + "  - {end: ticket, show-if: {scope: one}}\n" + _ORDER,
        "record-path",
    ),
    "an item hung on what a skipped answer would be": (
        _SITE
        + _MAIL
        + _skip(_FAULT + ", {when: {not: {web.verdict: fault}}, is: y}")
        + _order("show-if: {net: [x, y]}"),
        "record-path",
    ),
    "an item hung on a measured answer that can be refused": (
        _SITE
        + _MAIL
        + _skip(_FAULT, ", show-if: {web.verdict: fault}")
        + _order("show-if: {any: [{net: x}, {not: {web.verdict: fault}}, {web.verdict: unknown}]}"),
        "record-path",
    ),
    "an item hidden for one of overlapping rows": (
        _SITE
        + _MAIL
        + _skip(_FAULT + ", {when: {web.severity: critical}, is: y}")
        + _order("show-if: {not: {net: y}}"),
        "record-path",
    ),
    "an item measured and hidden, and the measurement may be missing": (
        _SITE
        + _MAIL
        + "  - {ask: order, kind: choice, text: T, choices: {x: X, y: Y}, record: order, "
        "answer-from: [{when: {web.verdict: fault}, is: x}], show-if: {web.verdict: unknown}}\n",
        "record-path",
    ),
    "an item measured in a unit that doesn't fit": (
        _SITE + _MAIL + "  - {ask: order, kind: number, text: T, record: order, "
        "answer-from: web.first-byte-ms, unit: visitors}\n",
        "unit-unfit",
    ),
    "an item needed after a choice that isn't there": (
        _SITE + _MAIL + _SCOPE.replace("}}", "}, needs: {some: order}}") + _ORDER,
        "no-choice",
    ),
    "an item asked after the other choice": (
        _SITE
        + _MAIL
        + _SCOPE.replace("}}", "}, needs: {all: order}}")
        + _order("show-if: {scope: one}"),
        "record-path",
    ),
    # Ends, conditions and rows
    "no path to a ticket": (
        _SITE + _MAIL + _ORDER + "  - {end: solved, text: T}\n",
        "never-ticket",
    ),
    "only hand-overs": (_SITE + _MAIL + _ORDER + "  - {end: hand-over}\n", "never-ticket"),
    "a step behind every end": (
        _SITE + _MAIL + _ORDER + "  - {end: ticket}\n" + _SCOPE,
        "end-too-early",
    ),
    "a condition against itself": (
        _SITE
        + _SCOPE
        + _MAIL
        + _ORDER
        + "  - {ask: m, kind: text, text: T, show-if: {all: [{scope: one}, {scope: all}]}}\n",
        "never-shown",
    ),
    "two causes at once": (
        _SITE + _MAIL + _ORDER + "  - {ask: m, kind: text, text: T, show-if: "
        "{all: [{web.cause: tls.expired}, {web.cause: http.slow}]}}\n",
        "never-shown",
    ),
    "a row without a fact": (
        _SITE + _SCOPE + _MAIL + _ORDER + _skip("{when: {scope: one}, is: x}"),
        "row-without-fact",
    ),
    "a row that gives no choice": (
        _SITE + _MAIL + _ORDER + _skip("{when: {web.verdict: fault}, is: z}"),
        "no-choice",
    ),
    "a name that the page for a person uses": (
        _SITE + _MAIL + _ORDER + "  - {ask: own-contact, kind: text, text: T}\n",
        "reserved-id",
    ),
}
_HARMLESS = {
    "two contacts, one of them for don't know as well": (
        _SITE
        + _SCOPE
        + _ORDER
        + _mail("show-if: {scope: [one, unknown]}")
        + "  - {ask: tel, kind: phone, role: contact, text: T, show-if: {scope: all}}\n"
    ),
    "an optional second contact": (
        _SITE
        + _ORDER
        + _MAIL
        + "  - {ask: tel, kind: phone, role: contact, required: false, text: T}\n"
    ),
    "a condition that a skipped answer makes true, and the customer false": (
        _SITE
        + _MAIL
        + _ORDER
        + _skip(_FAULT, ", show-if: {web.verdict: fault}")
        + "  - {ask: m, kind: yes-no, text: T, show-if: {net: x}}\n"
    ),
    "an item measured where it is hidden": (
        _SITE
        + _MAIL
        + "  - {ask: order, kind: choice, text: T, choices: {x: X, y: Y}, record: order, "
        "answer-from: [{when: {web.verdict: fault}, is: x}], "
        "show-if: {any: [{not: {web.verdict: fault}}, {web.verdict: unknown}]}}\n"
    ),
    "the opposite of unknown, and unknown": (
        _SITE
        + _MAIL
        + _order("show-if: {any: [{not: {web.verdict: fault}}, {web.verdict: [fault, unknown]}]}")
    ),
    "a needed item asked after its choice": (
        _SITE
        + _MAIL
        + _SCOPE.replace("}}", "}, needs: {all: order}}")
        + _order("show-if: {scope: all}")
    ),
}


def _codes(steps: str) -> list[str]:
    text = _HEAD + steps + _TICKET.replace("{site}", "x")
    examined = examine_text(text)
    return [problem.code for problem in examined.problems if problem.severity == "error"]


@pytest.mark.parametrize("name", _TOLD)
def test_what_would_lose_something_is_told(name: str) -> None:
    steps, code = _TOLD[name]
    assert code in _codes(steps)


@pytest.mark.parametrize("name", _HARMLESS)
def test_what_is_taken_loses_nothing(name: str) -> None:
    text = _HEAD + _HARMLESS[name] + _TICKET.replace("{site}", "x")
    examined = examine_text(text)
    assert examined.checklist is not None, [str(problem) for problem in examined.problems]
    cases = EveryCustomer(examined.checklist).walk()
    assert not cases.without_contact
