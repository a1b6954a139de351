"""Words near a label that decide what it means, in English and Russian."""

from __future__ import annotations

import re
from typing import Final


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, separated by white space."""
    return frozenset(text.split())


# Words that people and programs write after a label, which aren't the secret.
NO_SECRETS: Final = word_set(
    """
    yes no true false null none nil on off n/a na undefined unset required optional empty
    blank missing ok hidden removed redacted masked censored unknown wrong incorrect invalid
    bad valid correct expired changed reset set not is are was were isn't doesn't don't
    didn't cannot can't it the a an i we you my our your this that same as before above
    below and or with without for from to in of at by if when after because but still also
    again please field fields input inputs value string text varchar char type name here
    there login username user root denied failed failure rejected refused accepted
    authentication auth prohibit-password incorrectly protected encrypted hash hashed
    recovery policy strength manager prompt change forgotten forgot lost mismatch error
    errors verify verification confirm confirmation old new current default generated sent
    see attached later separately only works work working fine keeps says said gives wrongly
    needed plain md5 scram-sha-256 sha256 bcrypt plaintext cram-md5 peer trust env file ask
    да нет не ни нету пусто пустой пустое пустая скрыт скрыто удалён удален убрал убрана
    такой тот то та прежний старый новый нов обычный неверный неправильный верный правильный
    другой любой свой мой ваш наш его её их же и или а но если когда потому после до от для
    на в из за по с к у о об что чтобы как забыл забыла забыли утерян потерян потерял
    потеряла сброшен сбросил сброс изменён изменен изменил изменила поменял поменяла
    поменяли сменил сменила сменили ввожу ввёл ввел вводил вводим пишет пишут выдаёт выдает
    говорит просит требует подходит подходят работает работают принимает принимается верен
    неверен правильно неправильно есть был была были будет можно нужно надо пришлю вышлю
    скину отправлю отправил прислал вложение вложении приложил приложила ниже выше ещё еще
    уже только тоже снова опять очень всё все доступ ошибка сервер вход вопрос ответ
    пользователь логин пароль пароля скажите подскажите пожалуйста помогите истёк истек
    указан указал указала
    """
)
# Passwords that are ordinary words: masked even in the middle of a sentence.
COMMON_PASSWORDS: Final = word_set(
    """
    qwerty qwertyuiop qwerty1 letmein welcome monkey dragon hunter iloveyou sunshine
    princess football baseball shadow superman batman trustno1 changeme toor asdfgh asdf
    zxcvbn zxcvbnm йцукен
    """
)
# Between a label and a colon: then the following text is a program's message, not a secret.
UNTIES: Final = re.compile(
    r"(?i)\b(?:name|id|class|type|placeholder|label|aria-\w+|href|title|autocomplete"
    r"|error|errors|code|says?|said|shows?|gives?|message|reset\w*|chang\w*|expire\w*"
    r"|polic\w+|length"
    r"|attempts?|wrong|incorrect|invalid|fail\w*|not|doesn|isn|didn|won|can't|cannot|forgot\w*"
    r"|lost|mismatch"
    r"|authentication|since|because|but|hash|file|prompt|требу\w+|ошибк\w+|код|пиш\w+|выда\w+"
    r"|сообщ\w+|говор\w+"
    r"|сброс\w*|смен\w*|измен\w*|помен\w*|длин\w+|попыт\w+|не|нет|невер\w+|неправ\w+|забы\w+"
    r"|ист[её]к\w*|утер\w+"
    r"|логин\w*|login|username|восстан\w+|но|хотя|пока|после|введ\w+|ввод\w*|вв[её]л\w*|просит|принима\w+|подход\w+)\b"
)
WRONG: Final = re.compile(
    r"(?i)(?:wrong|incorrect|invalid|bad|failed|unexpected|missing|expired|no|using|without"
    r"|неверн\w+|неправильн\w+|ошибочн\w+|без|нов\w+|забы\w+|сброс\w+"
    r"|восстановлени\w+)[ \t]+(?:\w+[ \t]+)?$"
)
# The label itself may contain them: "2FA backup code".
CODE_WORDS: Final = re.compile(r"(?i)\b(?:code|код)\b")
# After a number, which then is a count.
UNITS: Final = re.compile(
    r"(?i)[ \t]*(?:symbols?|characters?|chars?|letters?|digits?|times?|attempts?|min\w*|days?"
    r"|hours?|years?|bits?|error"
    r"|символ\w*|знак\w*|букв\w*|цифр\w*|раз\w*|попыт\w*|минут\w*|дн\w+|день|час\w*|лет|год\w*"
    r"|г\.|бит\w*|ошибк\w+"
    r"|[-./:]\d)"
)
