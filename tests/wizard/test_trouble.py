"""A failure of ours, in a click or in a page: in words, with a way on, nothing typed is lost."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from intake.database import StorageBusy
from intake.drafts import DraftStore
from intake.wizard import screens
from tests.ui.app import PageTest

pytestmark = pytest.mark.usefixtures("services")

SAID = "mail comes back with 550 since 14:20"


def refuse(*_: object, **__: object) -> None:
    raise StorageBusy("database is locked")


def test_an_answer_that_could_not_be_stored_stays_and_is_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PageTest().click("begin-something-else")
    page.app.text_area(key="answer-what").set_value(SAID)
    with monkeypatch.context() as patch:
        patch.setattr(DraftStore, "save_answer", refuse)
        page.click("next-what")
    assert not page.app.exception
    assert "Nothing else is lost" in page.app.error[0].value
    assert {"try-again", "person", "next-what"} <= page.keys
    assert page.app.text_area(key="answer-what").value == SAID
    page.click("try-again")
    assert not page.app.error
    assert page.address["step"] == "target"
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers["what"].value == SAID


def test_another_try_has_what_was_typed_before_the_page_itself_failed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fields were gone from the page for a moment: the next try took them for empty."""
    page = PageTest().click("begin-something-else")
    page.app.text_area(key="answer-what").set_value(SAID)
    page.click("next-what")
    page.app.text_input(key="answer-target").set_value("shop.example")
    with monkeypatch.context() as patch:
        patch.setattr(DraftStore, "find", refuse)
        page.click("next-target")
        assert "redraw" in page.keys
    page.click("redraw")
    page.click("try-again")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers["target"].value == "shop.example"


def test_a_person_is_asked_for_again_with_what_was_typed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PageTest().click("person")
    page.app.text_input(key="person-contact").set_value("customer@example.com")
    with monkeypatch.context() as patch:
        patch.setattr(DraftStore, "find", refuse)
        page.click("person-send")
    page.click("redraw")
    page.click("try-again")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.status == "sent"


def test_a_click_after_a_restart_fails_in_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PageTest().click("begin-something-else")
    page.app.text_area(key="answer-what").set_value(SAID)
    monkeypatch.setattr(DraftStore, "save_answer", refuse)
    after = page.click_after_restart("next-what")
    assert not after.app.exception
    assert "Nothing else is lost" in after.app.error[0].value


def test_a_fault_in_a_click_is_told_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = PageTest(lang="ru").click("begin-something-else")
    monkeypatch.setattr(DraftStore, "save_answer", lambda *_, **__: 1 / 0)
    page.click("next-what")
    page.app.text_area(key="answer-what").set_value("не работает почта с 14:20")
    page.click("next-what")
    assert "дело в нас" in page.app.error[0].value
    assert "division" not in page.text


def test_a_page_that_cannot_be_drawn_offers_another_try_and_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = PageTest().click("begin-something-else")
    with monkeypatch.context() as patch:
        patch.setattr(screens.step, "draw", lambda *_: 1 / 0)  # type: ignore[attr-defined]
        page.app.run()
        assert "Our mistake" in page.text
        assert {"redraw", "person-after-trouble"} <= page.keys
        page.click("person-after-trouble")
    assert page.address["view"] == "person"
    assert page.title == "A person, now"
