"""The texts of the journey itself: hints to answers, and labels of missing answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from intake.journey.model import Text

QUOTES: Final[Mapping[str, tuple[str, str]]] = {"en": ("“", "”"), "ru": ("«", "»")}

DONT_KNOW: Final = Text({"en": "Don't know", "ru": "Не знаю"})
NOT_GIVEN: Final = Text({"en": "Not given", "ru": "Не указано"})
NOT_ASKED: Final = Text({"en": "Not answered yet", "ru": "Пока без ответа"})

_WHAT = {
    "en": "Write what you see and since when, for example: “502 since 14:20”.",
    "ru": "Напишите, что видите и с какого времени, например: «ошибка 502 с 14:20».",
}

# Codes of the hints shown for an empty answer to a required question.
EMPTY_HINTS: Final = frozenset({"empty", "empty-choice", "empty-with-picks"})

HINTS: Final[Mapping[str, Text]] = {
    "says-complaint": Text(
        {
            "en": f"We can't act on {{said}} alone. {_WHAT['en']}",
            "ru": f"По одному {{said}} помочь не получится. {_WHAT['ru']}",
        }
    ),
    "says-plea": Text(
        {
            "en": f"We're on it as soon as we know what to look at. {_WHAT['en']}",
            "ru": f"Поможем, как только поймём, куда смотреть. {_WHAT['ru']}",
        }
    ),
    "says-greeting": Text(
        {
            "en": f"Hello. One line saves a round of questions. {_WHAT['en']}",
            "ru": f"Здравствуйте. Одна строка сбережёт время на вопросах. {_WHAT['ru']}",
        }
    ),
    "says-noise": Text(
        {
            "en": f"Support can't tell anything from {{said}}. {_WHAT['en']}",
            "ru": f"По ответу {{said}} ничего не понять. {_WHAT['ru']}",
        }
    ),
    "says-nothing": Text(
        {
            "en": f"There are no words here yet. {_WHAT['en']}",
            "ru": f"Здесь пока нет слов. {_WHAT['ru']}",
        }
    ),
    "too-little": Text(
        {
            "en": "{said} tells support too little. A few words more will do.{example}",
            "ru": "Ответа {said} поддержке мало, добавьте несколько слов.{example}",
        }
    ),
    "for-example": Text({"en": " For example: “{example}”.", "ru": " Например: «{example}»."}),
    "empty": Text(
        {
            "en": "Write an answer, even a rough one.{example}",
            "ru": "Напишите ответ, хотя бы примерный.{example}",
        }
    ),
    "empty-choice": Text(
        {"en": "Choose what fits best.{example}", "ru": "Выберите, что ближе всего.{example}"}
    ),
    "empty-with-picks": Text(
        {
            "en": "Choose an answer or write your own, even a rough one.{example}",
            "ru": "Выберите ответ или напишите свой, хотя бы примерный.{example}",
        }
    ),
    "dont-know-off": Text(
        {
            "en": "Support can't go on without this answer. A rough one is fine.",
            "ru": "Без этого ответа поддержке не обойтись. Подойдёт и примерный.",
        }
    ),
    "contact": Text(
        {
            "en": "Without this nobody can answer you. Enter what works for you right now.",
            "ru": "Без этого мы не сможем ответить. Укажите то, что у вас сейчас работает.",
        }
    ),
    "e-mail-typo": Text(
        {
            "en": "Is it {meant}? Correct it if so; if yours is right, keep it.",
            "ru": "Возможно, это {meant}? Если так, поправьте; если адрес верный, оставьте его.",
        }
    ),
    "choice": Text(
        {
            "en": "{said} is not among the answers here. Choose one of: {allowed}.",
            "ru": "{said} нет среди ответов. Выберите один из них: {allowed}.",
        }
    ),
    "too-long": Text(
        {
            "en": "Your text has {size} characters, and {limit} fit here. Nothing is lost: shorten "
            "it, or attach the whole text as a file.",
            "ru": "В тексте {size} знаков, а сюда помещается {limit}. Ничего не пропало: сократите "
            "его или приложите весь текст файлом.",
        }
    ),
    "too-many-files": Text(
        {
            "en": "At most {limit} files fit here. Attach the most telling ones.",
            "ru": "Сюда помещается не больше {limit} файлов. Приложите самые важные.",
        }
    ),
    "shape": Text(
        {"en": "Write the answer as a text.", "ru": "Напишите ответ текстом."},
    ),
    "e-mail": Text(
        {
            "en": "Mail to {said} would not arrive. Write the address as name@mail.example.",
            "ru": "На {said} письмо не дойдёт. Напишите адрес так: name@mail.example.",
        }
    ),
    "moment": Text(
        {
            "en": "We can't read a time in {said}. Write it like “14:20”, “yesterday 14:20” or "
            "“22 November”.",
            "ru": "В ответе {said} не видно времени. Напишите так: «14:20», «вчера в 14:20» или "
            "«22 ноября».",
        }
    ),
    "number": Text(
        {
            "en": "{said} is not a number. Write it in digits.{example}",
            "ru": "{said} не число. Напишите цифрами.{example}",
        }
    ),
    "duration": Text(
        {
            "en": "We can't read a length of time in {said}. Write it like “20 minutes” or "
            "“2 hours”.",
            "ru": "В ответе {said} не видно длительности. Напишите так: «20 минут» или «2 часа».",
        }
    ),
    "phone": Text(
        {
            "en": "We can't call {said}. Write the number with its country code, like "
            "+44 20 7946 0018.",
            "ru": "По номеру {said} не дозвониться. Напишите его с кодом страны, например "
            "+7 495 123-45-67.",
        }
    ),
    "targets-many": Text(
        {
            "en": "Enter the {most} most important ones; they stand for the others.",
            "ru": "Укажите {most} самых важных: по ним будет видно и остальные.",
        }
    ),
    "target-suggested": Text(
        {
            "en": "We take it that you mean {meant}. Go on if so, or correct the address.",
            "ru": "Похоже, речь о {meant}. Если так, продолжайте; если нет, поправьте адрес.",
        }
    ),
    "move": Text(
        {"en": "Choose one of: {allowed}.", "ru": "Выберите одно из: {allowed}."},
    ),
}
