"""The place is computed from the answers: the rules of the language, one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake.authoring.problems import ChecklistErrors
from intake.journey import Answer, Checklist, Hint, Source, items
from tests.journey.customer import Customer, ids

Make = Callable[..., Customer]

ERROR = """
  - ask: error
    kind: choice
    text: Error
    answer-from: web.symptom
    choices: {error-502: "502", timed-out: Slow, other: Other}
"""
PEOPLE = """
  - {ask: scope, kind: choice, text: Scope, choices: {one: One, all: All}}
  - {ask: changed, kind: text, text: Changed}
"""


def test_steps_come_in_order_and_end_in_a_ticket(customer: Make) -> None:
    anna = customer(PEOPLE)
    seen = []
    for value in ("shop.example", "one", "a plugin"):
        seen.append(anna.next)
        assert anna.journey.end is None
        anna.says(str(anna.next), value)
    assert seen == ["site", "scope", "changed"]
    assert anna.next is None
    assert anna.journey.end == "ticket"
    assert ids(anna.journey.path) == seen


def test_unknown_is_not_false(customer: Make) -> None:
    """Rule 2: until the check is done neither the condition nor its opposite holds."""
    anna = customer("""
  - {tell: bad, text: Bad, show-if: {web.finding: http.bad_gateway}}
  - {tell: good, text: Good, show-if: {not: {web.finding: http.bad_gateway}}}
  - {tell: open, text: Open, show-if: {web.finding: unknown}}
""")
    anna.says("site", "shop.example")
    assert ids(anna.journey.visible) == ["site", "open"]
    anna.measured("web", state="running")
    assert ids(anna.journey.visible) == ["site", "open"]
    anna.measured("web", "http.bad_gateway")
    assert ids(anna.journey.visible) == ["site", "bad"]
    anna.measured("web", "ok.reachable")
    assert ids(anna.journey.visible) == ["site", "good"]
    anna.measured("web", state="failed")
    assert ids(anna.journey.visible) == ["site", "open"]


def test_dont_know_counts_as_answered_and_as_unknown(customer: Make) -> None:
    """Rule 3."""
    anna = customer(PEOPLE + "  - {ask: more, kind: text, text: More, show-if: {scope: unknown}}\n")
    anna.says("site", "shop.example")
    anna.says("scope", None)
    anna.says("changed", None)
    assert anna.journey.missing == ("more",)
    assert anna.journey.draft.answers["scope"].source is Source.UNKNOWN
    assert anna.next == "more"


def test_dont_know_can_be_switched_off_and_insisted_on_all_the_same(customer: Make) -> None:
    anna = customer("  - {ask: more, kind: text, text: More, dont-know: false}\n")
    refused = anna.says("more", None)
    assert isinstance(refused, Hint)
    kept = anna.says("more", None, insisted=True)
    assert isinstance(kept, Answer)
    assert kept.insisted


def test_a_measured_answer_is_confirmed_not_imposed(customer: Make) -> None:
    """Rule 4: proposed, and the customer's own word is what counts."""
    anna = customer(ERROR)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    proposal = anna.journey.proposal("error")
    assert proposal is not None
    assert (proposal.value, proposal.source) == ("error-502", Source.MEASURED)
    assert anna.next == "error"
    agreed = anna.says("error", "error-502")
    assert isinstance(agreed, Answer)
    assert (agreed.source, agreed.measured) == (Source.CONFIRMED, "error-502")
    otherwise = anna.says("error", "timed-out")
    assert isinstance(otherwise, Answer)
    assert (otherwise.value, otherwise.source) == ("timed-out", Source.CONTRADICTED)
    assert otherwise.measured == "error-502"
    unsure = anna.says("error", None)
    assert isinstance(unsure, Answer)
    assert (unsure.value, unsure.source, unsure.measured) == (None, Source.UNKNOWN, "error-502")


def test_what_is_measured_later_never_overwrites_the_customers_word(customer: Make) -> None:
    anna = customer(ERROR)
    anna.says("site", "shop.example")
    anna.says("error", "timed-out")
    anna.measured("web", "http.bad_gateway")
    line = {item.id: item for item in items(anna.journey.checklist, anna.journey.draft)}["error"]
    assert (line.answer, line.source, line.measured) == (
        "timed-out",
        Source.CONTRADICTED,
        "error-502",
    )
    assert anna.journey.draft.answers["error"].value == "timed-out"


def test_a_measurement_that_is_no_choice_proposes_nothing(customer: Make) -> None:
    anna = customer(ERROR)
    anna.says("site", "shop.example")
    anna.measured("web", "dns.nxdomain")
    assert anna.journey.proposal("error") is None
    assert anna.next == "error"


def test_a_question_that_a_check_may_answer_waits_for_it(customer: Make) -> None:
    """The customer goes on with what only a person can answer."""
    anna = customer(ERROR + PEOPLE)
    anna.says("site", "shop.example")
    anna.measured("web", state="running")
    assert anna.journey.is_waiting("error")
    assert anna.next == "scope"
    anna.says("scope", "one")
    anna.says("changed", "a plugin")
    assert anna.next == "error"
    assert ids(anna.journey.path) == ["site", "error", "scope", "changed"]


def test_a_failed_check_is_asked_about_at_once(customer: Make) -> None:
    anna = customer(ERROR + PEOPLE)
    anna.says("site", "shop.example")
    anna.measured("web", state="failed")
    assert not anna.journey.is_waiting("error")
    assert anna.next == "error"


def test_measured_and_skipped_has_no_screen(customer: Make) -> None:
    anna = customer("""
  - ask: other
    kind: choice
    text: Other network
    answer-from: [{when: {web.verdict: fault}, is: fails}]
    if-measured: note
    choices: {works: Works, fails: Fails}
  - {ask: more, kind: text, text: More, show-if: {other: fails}}
""")
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    silent = {entry.step.id: entry for entry in anna.journey.visible}["other"]
    assert silent.silent
    assert silent.answer is not None
    assert (silent.answer.value, silent.answer.source) == ("fails", Source.INFERRED)
    assert anna.next == "more"
    anna.measured("web", "ok.reachable")
    assert anna.next == "other"


def test_an_edited_target_is_checked_again(customer: Make) -> None:
    anna = customer(ERROR)
    anna.says("site", "shop.example")
    assert [(due.step.id, due.target) for due in anna.journey.checks_due] == [
        ("web", "shop.example")
    ]
    anna.measured("web", "http.bad_gateway")
    assert anna.journey.checks_due == ()
    anna.says("site", "other.example")
    assert [check.target for check in anna.journey.checks_due] == ["other.example"]  # type: ignore[var-annotated]
    assert anna.journey.proposal("error") is None
    assert anna.journey.lookup("web.finding") is None


def test_a_changed_answer_asks_anew_only_what_depends_on_it(customer: Make) -> None:
    """Rule 5: what was confirmed about the old site is asked about the new one; the rest stays."""
    anna = customer(PEOPLE + ERROR)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    for step, value in (("scope", "one"), ("changed", "a plugin"), ("error", "error-502")):
        anna.says(step, value)
    assert anna.journey.end == "ticket"
    anna.says("site", "other.example")
    anna.measured("web", "http.gateway_timeout")
    assert anna.journey.missing == ("error",)
    assert anna.journey.draft.answers["scope"].value == "one"


def test_the_same_answer_again_changes_nothing(customer: Make) -> None:
    anna = customer(ERROR)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    anna.says("error", "error-502")
    before = anna.journey.draft
    anna.says("site", " shop.example ")
    assert anna.journey.draft == before
    assert anna.journey.end == "ticket"


def test_a_hidden_answer_is_kept_and_left_out(customer: Make) -> None:
    anna = customer(PEOPLE + "  - {ask: which, kind: text, text: Which, show-if: {scope: one}}\n")
    anna.says("scope", "one")
    anna.says("which", "the shop")
    anna.says("scope", "all")
    assert "which" not in ids(anna.journey.path)
    assert "which" not in [item.id for item in items(anna.journey.checklist, anna.journey.draft)]
    anna.says("scope", "one")
    assert {item.id: item.answer for item in items(anna.journey.checklist, anna.journey.draft)}[
        "which"
    ] == "the shop"


def test_a_hidden_answer_decides_nothing(customer: Make) -> None:
    anna = customer("""
  - {ask: again, kind: yes-no, text: Again}
  - {ask: asked, kind: yes-no, text: Asked, show-if: {again: yes}}
  - {ask: said, kind: text, text: Said, show-if: {asked: yes}}
""")
    anna.says("site", "shop.example")
    for step in ("again", "asked"):
        anna.says(step, "yes")
    assert anna.next == "said"
    anna.says("again", "no")
    assert anna.next is None


def test_it_works_now_ends_without_a_ticket(customer: Make) -> None:
    anna = customer(
        "  - {tell: fix, text: Fix, solved: offer, show-if: {web.finding: tls.expired}}\n" + PEOPLE
    )
    anna.says("site", "shop.example")
    anna.measured("web", "tls.expired")
    assert anna.next == "fix"
    anna.says("fix", "solved")
    assert anna.next is None
    assert anna.journey.end == "solved"
    assert anna.journey.missing == ()
    anna.says("fix", "go-on")
    assert anna.next == "scope"


def test_only_an_offer_can_be_taken(customer: Make) -> None:
    anna = customer("  - {tell: fix, text: Fix}\n")
    assert isinstance(anna.says("fix", "solved"), Hint)
    assert isinstance(anna.says("fix", "go-on"), Answer)


def test_an_end_step_ends(customer: Make) -> None:
    anna = customer(
        "  - {ask: ok, kind: yes-no, text: Ok}\n"
        "  - {end: solved, text: It works, show-if: {ok: yes}}\n" + PEOPLE
    )
    anna.says("site", "shop.example")
    anna.says("ok", "yes")
    assert anna.journey.end == "solved"
    anna.says("ok", "no")
    assert anna.next == "scope"
    assert anna.journey.end is None


def test_progress_never_falls_back_and_ends_full(customer: Make) -> None:
    anna = customer(
        PEOPLE + ERROR + "  - {ask: which, kind: text, text: Which, show-if: {scope: one}}\n"
    )
    shares = []
    for step, value in (
        ("site", "shop.example"),
        ("scope", "all"),
        ("changed", "a plugin"),
        ("error", "other"),
    ):
        answered, expected = anna.journey.progress
        shares.append(answered / expected)
        anna.says(step, value)
    assert shares == sorted(shares)
    assert anna.journey.progress == (4, 4)


def test_optional_questions_are_passed_not_missing(customer: Make) -> None:
    anna = customer("  - {ask: nick, kind: text, text: Nick, required: false}\n")
    anna.says("site", "shop.example")
    assert anna.next == "nick"
    assert anna.journey.missing == ()
    anna.says("nick", "")
    assert anna.next is None
    assert "nick" not in anna.journey.missing


def test_an_insisted_target_is_kept_and_never_probed(customer: Make) -> None:
    anna = customer(PEOPLE)
    refused = anna.says("site", "192.168.0.1")
    assert isinstance(refused, Hint)
    assert "192.168.0.1" in refused.text
    kept = anna.says("site", "192.168.0.1", insisted=True)
    assert isinstance(kept, Answer)
    assert kept.insisted
    assert anna.journey.checks_due == ()
    assert anna.journey.checks_running == ()


def test_the_browser_is_proposed_and_stays_the_browsers_word(customer: Make) -> None:
    anna = customer(
        "  - {ask: browser, kind: text, text: B, answer-from: environment.browser}\n",
        browser="Chrome 156",
    )
    taken = anna.says("browser", "chrome 156")
    assert isinstance(taken, Answer)
    assert taken.source is Source.BROWSER
    other = anna.says("browser", "Firefox 144")
    assert isinstance(other, Answer)
    assert (other.source, other.measured) == (Source.CONTRADICTED, "Chrome 156")


def test_what_was_passed_over_is_unknown_to_conditions(customer: Make) -> None:
    anna = customer("""
  - {ask: nick, kind: text, text: Nick, required: false}
  - {ask: who, kind: text, text: Who, show-if: {nick: unknown}}
""")
    anna.says("nick", "")
    assert "who" in anna.journey.missing
    anna.says("nick", "Anna")
    assert "who" not in anna.journey.missing


def test_mail_is_measured_of_the_domain_of_an_address(customer: Make) -> None:
    anna = customer(
        """
  - {ask: mailbox, kind: e-mail, text: Mailbox}
  - {check: mail, diagnose: mail, of: mailbox}
  - {tell: name-the-server, text: MX, show-if: {mail.cause: mail.no_mx}}
"""
    )
    anna.says("site", "shop.example")
    anna.says("mailbox", "anna@post.example")
    due = {one.step.id: one.target for one in anna.journey.checks_due}
    assert due["mail"] == "post.example"
    anna.measured("mail", "mail.no_mx", target=due["mail"])
    assert anna.journey.run_of("mail") is not None
    assert anna.next == "name-the-server"
    anna.says("mailbox", "anna@other.example")
    assert anna.journey.run_of("mail") is None
    assert {one.target for one in anna.journey.checks_due} == {"shop.example", "other.example"}


def test_only_mail_is_measured_of_an_address(checklist: Callable[..., Checklist]) -> None:
    steps = """
  - {ask: mailbox, kind: e-mail, text: Mailbox}
  - {check: more, diagnose: site, of: mailbox}
"""
    with pytest.raises(ChecklistErrors, match="a question of kind e-mail"):
        checklist(steps)
