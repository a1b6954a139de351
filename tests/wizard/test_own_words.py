"""A customer who writes at the start instead of choosing: nothing of it is asked a second time."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from intake.journey.draft import OWN_WORDS
from tests.ui.app import PageTest

pytestmark = pytest.mark.usefixtures("services")


def _written(text: str, lang: str = "en") -> PageTest:
    page = PageTest(lang=lang)
    page.app.text_area(key="own-words").set_value(text)
    return page.click("own-words-next")


def _begins(page: PageTest) -> list[str]:
    """The choices in the order in which they stand."""
    keys = [str(button.key) for button in page.app.button]
    return [key for key in keys if key.startswith("begin-")]


def test_clear_words_begin_their_checklist_and_fill_its_fields(services: Services) -> None:
    text = "my site shop.example doesn't open since 14:20, 502 after a plugin update"
    page = _written(text)
    assert page.title == "Which site doesn't open?"
    assert page.app.text_input(key="answer-site").value == "shop.example"
    assert "From your message" in page.text
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers[OWN_WORDS].value == text  # whole
    assert "site" not in stored.draft.answers  # read, and not yet said


def test_words_that_may_mean_two_put_these_first_and_go_along(services: Services) -> None:
    page = _written("mail and certificate")
    assert "Which is closest" in page.text
    begins = _begins(page)
    assert set(begins[:2]) <= {"begin-mail-not-arriving", "begin-certificate-warning",
                               "begin-certificate-renewal"}  # fmt: skip
    page.click("begin-mail-not-arriving")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers[OWN_WORDS].value == "mail and certificate"


def test_words_that_describe_nothing_still_put_what_they_name_first() -> None:
    page = _written("сайт не работает", "ru")
    assert "Хорошо, что написали" in page.text
    assert _begins(page)[0] == "begin-site-down"


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("hi", "en", "Thanks for writing"),
        ("help", "en", "Thanks for writing"),
        ("привет", "ru", "Хорошо, что написали"),
        ("ничего не работает", "ru", "Хорошо, что написали"),
    ],
)
def test_words_without_a_matter_are_met_with_the_choices(text: str, lang: str, said: str) -> None:
    page = _written(text, lang)
    assert said in page.text
    assert "begin-site-down" in page.keys
    assert "case" not in page.address


def test_a_bare_address_puts_what_measures_it_first() -> None:
    page = _written("203.0.113.10")
    begins = _begins(page)
    assert begins[0] == "begin-server-down"


def test_a_secret_in_own_words_is_stored_masked(services: Services) -> None:
    page = _written("my site shop.example doesn't open, password: Qwerty123!")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert "Qwerty" not in str(stored.draft.answers[OWN_WORDS].value)


def test_at_most_six_choices_stand_at_the_start_and_the_rest_is_folded() -> None:
    page = PageTest()
    begins = _begins(page)
    assert begins.index("begin-something-else") == 5
    assert len(begins) == 12
    assert [folded.label for folded in page.app.expander] == ["More"]


def test_the_description_is_not_asked_again(services: Services) -> None:
    """What fits no checklist is described already."""
    page = _written("the moon is too bright over my rack").click("begin-something-else")
    assert page.address["step"] != "what"
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers["what"].value == "the moon is too bright over my rack"
