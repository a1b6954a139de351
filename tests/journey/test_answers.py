"""One raw answer: taken, or refused once with a kind and specific hint."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import JsonValue

from diagnostics.texts import drop_hidden
from intake.journey import Answer, Hint
from intake.journey.kinds.input_text import MAX_ANSWER
from intake.journey.vagueness import emptiness
from tests.journey.customer import Customer

Make = Callable[..., Customer]

WHAT = "  - {ask: what, kind: long-text, text: What}\n"
EMPTY = {
    ".": "nothing",
    "...": "nothing",
    "???!!": "nothing",
    "👍": "nothing",
    "hi": "greeting",
    "Hello!": "greeting",
    "Добрый день": "greeting",
    "здравствуйте, есть кто": "plea",
    "help": "plea",
    "Помогите!!!": "plea",
    "срочно помогите пожалуйста": "plea",
    "it doesn't work": "complaint",
    "site doesn’t open": "complaint",
    "Не работает": "complaint",
    "сайт не работает, помогите": "complaint",
    "у меня проблема": "complaint",
    "error": "complaint",
    "asdf": "noise",
    "qwerty": "noise",
    "test test test": "noise",
    "ааааааа": "noise",
    "jkhgfds": "noise",
    "1111": "noise",
}
TELLING = [
    "boris@client.example",
    "+7 912 345-67-89",
    "502",
    "502 since 14:20",
    "ошибка 404 с утра",
    "WordPress",
    "mail comes back",
    "сайт открывается без картинок",
    "nginx",
    "после обновления плагина",
    "shop.example",
    "обновили PHP",
    "SSL",
]


@pytest.mark.parametrize(("text", "why"), EMPTY.items())
def test_a_text_that_says_nothing_is_told_apart(text: str, why: str) -> None:
    assert emptiness(text) == why


@pytest.mark.parametrize("text", TELLING)
def test_a_text_that_says_something_passes(text: str) -> None:
    assert emptiness(text) is None


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("text", EMPTY)
def test_rule_seven_hints_once_and_takes_the_same_answer_insisted(
    customer: Make, text: str, language: str
) -> None:
    anna = customer(WHAT, language=language)
    hint = anna.says("what", text)
    assert isinstance(hint, Hint)
    assert hint.can_insist
    assert "14:20" in hint.text
    kept = anna.says("what", text, insisted=True)
    assert isinstance(kept, Answer)
    assert (kept.value, kept.insisted) == (text, True)


def test_the_hint_quotes_the_customer_and_shows_what_to_write(customer: Make) -> None:
    """The words of the screens page."""
    hint = customer(WHAT, language="ru").says("what", "не работает")
    assert isinstance(hint, Hint)
    assert hint.text == (
        "По одному «не работает» помочь не получится. Напишите, что видите и с какого времени, "
        "например: «ошибка 502 с 14:20»."
    )
    hint = customer(WHAT).says("what", "doesn't work")
    assert isinstance(hint, Hint)
    assert hint.text == (
        "We can't act on “doesn't work” alone. Write what you see and since when, for example: "
        "“502 since 14:20”."
    )


def test_the_authors_example_stands_in_the_hint(customer: Make) -> None:
    anna = customer("  - {ask: lasted, kind: text, text: Lasted, example: about 20 minutes}\n")
    hint = anna.says("lasted", "...")
    assert isinstance(hint, Hint)
    assert hint.text.endswith("For example: “about 20 minutes”.")


def test_insisting_on_a_good_answer_marks_nothing(customer: Make) -> None:
    taken = customer(WHAT).says("what", "502 since 14:20", insisted=True)
    assert isinstance(taken, Answer)
    assert not taken.insisted


def test_a_huge_text_is_refused_with_nothing_lost(customer: Make) -> None:
    anna = customer(WHAT)
    hint = anna.says("what", "слово " * 20_000, insisted=True)
    assert isinstance(hint, Hint)
    assert not hint.can_insist
    assert "Nothing is lost" in hint.text
    whole = "слово 502\n" * (MAX_ANSWER // 10)
    assert isinstance(anna.says("what", whole), Answer)


def test_control_and_direction_characters_go_and_lines_stay() -> None:
    assert drop_hidden("a\x00b\x1b[31m\u202ec\r\nd\t e", keep_lines=True) == "ab[31mc\nd  e"
    assert drop_hidden("  a\n\n b\u200b ", keep_lines=False) == "a b"
    assert drop_hidden("\ud800x", keep_lines=True) == "x"
    assert drop_hidden("👨‍👩‍👧 ok", keep_lines=True) == "👨‍👩‍👧 ok"


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("choice", "one", "one"),
        ("yes-no", "yes", "yes"),
        ("yes-no", False, "no"),
        ("choices", ["two", "one", "two"], ["one", "two"]),
        ("choices", "one", ["one"]),
        ("text", 502, "502"),
        ("e-mail", " Anna@Shop.Example ", "Anna@shop.example"),
        ("e-mail", "анна@почта.рф", "анна@почта.рф"),
        ("target", " shop.example/cart ", "shop.example/cart"),
        ("file", ["f1", "f2"], ["f1", "f2"]),
    ],
)
def test_good_answers_are_taken(
    customer: Make, kind: str, raw: JsonValue, value: JsonValue
) -> None:
    choices = ", choices: {one: One, two: Two}" if kind.startswith("choice") else ""
    taken = customer(f"  - {{ask: more, kind: {kind}, text: More{choices}}}\n").says("more", raw)
    assert isinstance(taken, Answer), taken
    assert taken.value == value


@pytest.mark.parametrize(
    ("kind", "raw", "code", "can_insist"),
    [
        ("choice", "three", "choice", False),
        ("choice", "", "empty-choice", True),
        ("choices", [], "empty-choice", True),
        ("choices", ["one", "three"], "choice", False),
        ("yes-no", "perhaps", "choice", False),
        ("text", ["a"], "shape", False),
        ("text", {"a": 1}, "shape", False),
        ("text", "", "empty", True),
        ("moment", "", "empty-with-picks", True),
        ("duration", "", "empty-with-picks", True),
        ("e-mail", "anna at shop", "e-mail", True),
        ("e-mail", "anna@", "e-mail", True),
        ("target", "localhost", "target", True),
        ("target", "не знаю", "target", True),
        ("target", "мой сайт shop.example не открывается", "target-suggested", True),
        ("moment", "asdf", "moment", True),
        ("file", [1], "shape", False),
        ("file", ["f"] * 21, "too-many-files", False),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_other_answers_get_a_hint(  # noqa: PLR0913  what a refused answer is
    customer: Make, kind: str, raw: JsonValue, code: str, *, can_insist: bool, language: str
) -> None:
    choices = ", choices: {one: One, two: Two}" if kind.startswith("choice") else ""
    step = f"  - {{ask: more, kind: {kind}, text: More{choices}}}\n"
    anna = customer(step, language=language)
    hint = anna.says("more", raw)
    assert isinstance(hint, Hint), hint
    assert (hint.code, hint.can_insist) == (code, can_insist)
    assert hint.text.strip()
    assert "{" not in hint.text
    if can_insist:
        assert isinstance(anna.says("more", raw, insisted=True), Answer)


def test_a_host_picked_out_of_a_sentence_is_suggested_before_it_is_probed(customer: Make) -> None:
    anna = customer("")
    hint = anna.says("site", "не открывается мой https://shop.example:8443/cart, помогите")
    assert isinstance(hint, Hint)
    assert hint.suggestion == "https://shop.example:8443/cart"
    taken = anna.says("site", hint.suggestion)
    assert isinstance(taken, Answer)
    assert [due.target for due in anna.journey.checks_due] == ["https://shop.example:8443/cart"]


@pytest.mark.parametrize(
    "text",
    [
        "any news on this?",
        "Есть новости по заявке?",
        "спасибо большое!",
        "See the attached screenshot",
        "скрин во вложении",
        "Перезвоните мне: +7 912 345-67-89",
        "please call me back",
        "Это безобразие, сколько можно!",
        "You are the worst hosting ever",
        "С уважением, Анна Петрова",
        "Best regards,\nJohn Smith",
        "Sent from my iPhone",
        "caйт нe рaбoтaeт",  # Latin letters among them
        "cfqn yt hf,jnftn",  # the keyboard was in English
        "privet, ne rabotaet sait",
        "соедините с оператором",
        "жду ответа уже три часа",
        "ничё не пашет как обычно",
        "я уже всё описала выше",
        "ничего не трогали, само сломалось",
        "всё перепробовал, не помогает",
        "idk, it shows some error",
        "I tried everything and nothing helps",
        "as already mentioned in my previous ticket",
        "спасайте, всё пропало",
        "qweqwe",
        "ывапро",
        "вам виднее, вы же специалисты",
        "you're the experts, you tell me",
        "посмотри первое сообщение",
        "спаситеее!!!",
        "helllllp",
        "are you a real person or a bot?",
        "may I ask you something",
        "let me talk to a supervisor",
        "вы там спите?",
        "это робот?",
        "кто-нибудь отзовитесь",
        "никак не получается",
    ],
)
def test_what_has_no_matter_is_told_whatever_its_form(text: str) -> None:
    assert emptiness(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "картинки не грузятся",
        "images don't load",
        "письмо не открывается",
        "Server does not ping",
        "переадресация",
        "верните деньги",
        "the phone number on my invoice is wrong",
        "файлы пропали",
        "account suspended",
        "slow",
        "тормозит",
        "my bot doesn't work",
        "бот упал",
        "wake-on-lan",
        "спрашивает пароль",
        "email doesn't work",
        "пропали письма",
        "менял dns вчера",
        "восстановите базу",
        "shows another site",
    ],
)
def test_few_words_that_name_the_matter_are_enough(text: str) -> None:
    assert emptiness(text) is None
