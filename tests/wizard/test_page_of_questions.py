"""Several questions on one screen: what can be taken is kept, what can't is told at its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.bootstrap import Services
from intake.journey import Answer
from tests.ui.app import PageTest
from tests.wizard.customer import begin_with_site, land, never_measure
from tests.wizard.test_last_moment import SAID

HEALTHY: dict[str, object] = {"finding": "http.bad_gateway"}


@pytest.fixture(autouse=True)
def _never_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    never_measure(monkeypatch)


def test_one_next_takes_the_answers_of_a_page(services: Services) -> None:
    page = begin_with_site()
    assert page.address["step"] == "scope"
    assert "When did it start?" in page.text
    page.app.button_group(key="answer-scope").set_value("one")
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("next-scope")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers["scope"].value == "one"
    assert stored.draft.answers["since"].value["said"] == "14:20"  # type: ignore[index, call-overload]
    assert page.address["step"] == "browser"


def test_what_can_be_taken_is_kept_and_the_rest_is_told(services: Services) -> None:
    page = begin_with_site()
    page.app.button_group(key="answer-scope").set_value("one")
    page.click("next-scope")
    assert page.address["step"] == "scope"
    assert len(page.app.warning) == 1
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert set(stored.draft.answers) == {"site", "scope"}
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("next-scope")
    assert page.address["step"] == "browser"


def test_a_check_that_lands_pushes_nothing_in_between(services: Services) -> None:
    """The page stays as it was drawn until its Next, and Back shows it whole."""
    page = begin_with_site()
    land(services, page, HEALTHY)
    page.app.run()
    assert page.address["step"] == "scope"
    page.app.button_group(key="answer-scope").set_value("one")
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("next-scope")
    assert page.address["step"] == "restart-php"
    page.click("still_broken-restart-php")
    assert page.address["step"] == "browser"
    page.click("back")
    assert page.address["step"] == "scope"
    assert page.app.text_input(key="exact-since").value == "14:20"


def test_a_question_that_comes_late_is_asked_without_the_answered_ones(services: Services) -> None:
    token = begin_with_site().address["case"]
    stored = services.drafts.find(token)
    assert stored is not None
    answer = Answer(value="one", at=datetime.now(UTC))
    services.drafts.save_answers(stored.id, {"scope": answer})
    page = PageTest(case=token)
    assert page.app.text_input(key="exact-since").value == ""
    assert not [group for group in page.app.button_group if group.key == "answer-scope"]
    # Whoever goes back to the page sees it whole.
    back = PageTest(case=token, step="scope")
    assert back.app.button_group(key="answer-scope").value == "one"
    assert back.app.text_input(key="exact-since").value == ""


def test_the_tap_on_a_choice_is_the_answer(services: Services) -> None:
    page = begin_with_site()
    land(services, page, "failed")
    page.app.button_group(key="answer-scope").set_value("one")
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("next-scope").click("choose-error-other-error")
    assert page.address["step"] == "error-text"
    page.click("back")
    assert page.button("choose-error-other-error").proto.type == "primary"
    page.click("dont_know-error")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers["error"].value is None


def test_what_is_kept_as_it_is_is_what_was_told_of(services: Services) -> None:
    """Insisting on one answer of a page takes no other that was typed since."""
    begun = begin_with_site()
    stored = services.drafts.find(begun.address["case"])
    assert stored is not None
    said = SAID | {"before": "again"}
    now = datetime.now(UTC)
    services.drafts.save_answers(
        stored.id, {step: Answer(value=value, at=now) for step, value in said.items()}
    )
    page = PageTest(case=begun.address["case"], step="solved-before")
    page.app.text_input(key="answer-solved-before").set_value("doesn't work")
    page.app.text_input(key="exact-lasted").set_value("about 20 minutes")
    page.click("next-solved-before")
    assert len(page.app.warning) == 1
    page.app.text_input(key="exact-lasted").set_value("doesn't work")
    assert page.button("keep_as_is-solved-before").label == "Leave it as it is"
    page.click("keep_as_is-solved-before")
    assert len(page.app.warning) == 1
    after = services.drafts.find(begun.address["case"])
    assert after is not None
    assert after.draft.answers["solved-before"].value == "doesn't work"
    assert after.draft.answers["lasted"].value == {"said": "about 20 minutes", "minutes": 20}
