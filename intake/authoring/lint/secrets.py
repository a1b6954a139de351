"""
Checks that no question asks for a secret: a password, a card number, a code, a key.

Many people read a ticket, it is stored for long, and support needs no secret of the customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.steps import Ask

_KINDS: Final = frozenset({"text", "long-text", "number", "account", "phone", "file"})
_ASKING: Final = (
    r"^\W*(?:(?:please|or|and|then|или|и|либо|затем|пожалуйста)\W+){0,2}"
    r"(?:enter|type|paste|send|write|tell|give|attach|copy|provide|specify|add|what is"
    r"|введите|укажите|напишите|пришлите|отправьте|вставьте|скопируйте|приложите|сообщите"
    r"|назовите|дайте)\b"
)
# Between the request and the secret: words, but none that ask for something else.
_BETWEEN: Final = (
    r"(?:\W+(?!(?:what|which|when|where|how|after|before|if|error|что|как\w*|когда|после|до|если|ошибк\w*"
    r"|reset|forgot\w*|сброс\w*)\b)\w+){0,5}?\W+"
)
_UNSAID: Final = (
    r"(?:passwords?|passphrase|passcode|pin(?:[ -]code)?|cvv2?|cvc"
    r"|(?:private|secret)(?: \w+)? key|seed phrase|card(?:[’']s)? number"
    r"|number of (?:your |the )?(?:bank |credit )?card|code from (?:the |an? )?(?:sms|text message)"
    r"|sms code|one-time (?:code|password)|api (?:key|token)|access token|парол\w*"
    r"|пин(?:-код)?|cvv|номер (?:вашей )?(?:банковской )?карты"
    r"|код из (?:смс|sms)|(?:закрыт|приватн|секретн)\w+(?: \w+)? ключ\w*"
    r"|секретн\w+ (?:слов|вопрос)\w*"
    r"|одноразов\w+ (?:код|парол)\w*|токен\w*|паспортн\w+ данн\w+|серию и номер паспорта)\b"
)
_ASKS: Final = re.compile(_ASKING + _BETWEEN + _UNSAID, re.IGNORECASE)
_ALONE: Final = re.compile(rf"\W*(?:your |root |ваш )?{_UNSAID}\W*", re.IGNORECASE)
# "Login and password, so that we can look": naming a secret is asking for it.
_NAMED: Final = re.compile(
    r"\W*(?:[\w’'-]+\W+){0,4}?(?:login|user ?name|account|e-mail|логин\w*"
    r"|имя пользователя|уч[её]тн\w+ запис\w+)"
    r"\W{1,3}(?:(?:and|or|и|или)\W+)?(?:passwords?|парол[ья])(?:$|[,;:(—–-]|\s+(?:for|of|to|from|от|для|к)\b)",
    re.IGNORECASE,
)
_SENDS: Final = re.compile(
    r"\W*(?:please\W+)?(?:send|give|tell|пришлите|отправьте|сообщите|дайте)\b", re.IGNORECASE
)
# After an example with a password customers send theirs.
_SHOWN: Final = re.compile(
    r"\b(?:password|passwd|pass|pwd|парол[ьяюе]м?)\b(?:\s+(?:is|это))?[\s:=—–-]{1,4}(?=\S*[\d!@#$%])\S{5,}",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|never|without|no|не|без|никогда)\b|n[’']t\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[.!?\n]+\s*")


def mistakes_of_secrets(ask: Ask) -> Iterator[Mistake]:
    """Yield one mistake for a question whose answer would be a secret."""
    asked = _is_asking if ask.kind in _KINDS else _is_sending
    for language, line in ask.example.lines.items() if ask.example is not None else ():
        if _SHOWN.search(line):
            yield Mistake(("example", language), phrase("shows-secret", words=cut(line)))
            return
    texts = (("text", ask.text), ("short", ask.short), ("help", ask.help), ("why", ask.why))
    for key, text in texts:
        is_wrong = asked if key in ("text", "short") else _is_asking
        for language, line in text.lines.items() if text is not None else ():
            if any(is_wrong(sentence) for sentence in _SENTENCE.split(line)):
                yield Mistake((key, language), phrase("asks-secret", words=cut(line)))
                return


def _is_asking(sentence: str) -> bool:
    if _NOT.search(sentence):
        return False
    return any((_ALONE.fullmatch(sentence), _ASKS.search(sentence), _NAMED.match(sentence)))


def _is_sending(sentence: str) -> bool:
    """Check whether a sentence asks to send a secret, for kinds without a text field."""
    return bool(_SENDS.match(sentence)) and _is_asking(sentence)
