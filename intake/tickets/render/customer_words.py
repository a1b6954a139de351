"""The phrases of a ticket for its customer: "you" instead of "the customer"."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from intake.journey.draft import Source
from intake.tickets.render.words import EN, RU, Phrases, PhrasesByLanguage

_EN: Final[Phrases] = replace(
    EN,
    person_wanted="You asked for a person before the end: this is everything so far.",
    contradictions="What differs from our measurements",
    says="you say",
    advice_results={
        **EN.advice_results,
        "solved": "helped, you say",
        "open": "on the screen when you left the steps",
    },
    customer="About you",
    nobody="You left no name and no address.",
    sources={**EN.sources, Source.CUSTOMER: "you said"},
    unknown="You don't know",
    ip="Your IP address",
    events={**EN.events, "opened": "you began"},
    customers_mail=("a copy was mailed to you", "mailed to you", "your mail"),
    at_the_customers="your time: {time}",
    answer_by="We promised an answer by {when}",
)
_RU: Final[Phrases] = replace(
    RU,
    person_wanted="Вы попросили человека, не дойдя до конца: здесь всё, что уже известно.",
    contradictions="Что расходится с измеренным",
    says="по вашим словам",
    advice_results={
        **RU.advice_results,
        "solved": "помогло, по вашим словам",
        "open": "было на экране, когда вы прервали вопросы",
    },
    customer="О вас",
    nobody="Вы не указали ни имени, ни адреса.",
    sources={**RU.sources, Source.CUSTOMER: "с ваших слов"},
    unknown="Вы не знаете",
    ip="Ваш IP-адрес",
    events={**RU.events, "opened": "вы начали"},
    customers_mail=("вам отправлена копия письмом", "отправлено вам письмом", "ваша почта"),
    at_the_customers="у вас {time}",
    answer_by="Обещали ответить до {when}",
)

CUSTOMERS_PHRASES: Final = PhrasesByLanguage({"en": _EN, "ru": _RU})
