"""Patterns of labels of secrets, and of the ways in which a value follows one."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind


class Label(NamedTuple):
    """The kind of secret that a label announces."""

    kind: SecretKind
    is_token: bool = False  # its values are generated: a plain word isn't one
    is_code: bool = False  # digits, mostly
    is_short: bool = False  # an ambiguous abbreviation: no words may come between it and its value


LABELS: Final = {
    "pass": Label(SecretKind.PASSWORD),
    "short": Label(SecretKind.PASSWORD, is_short=True),
    "token": Label(SecretKind.TOKEN, is_token=True),
    "key": Label(SecretKind.KEY, is_token=True),
    "code": Label(SecretKind.CODE, is_code=True),
    "word": Label(SecretKind.CODE),
}
_NO_LETTER: Final = r"(?:^|[^A-Za-zА-Яа-яЁё])"  # before an abbreviation; RE2 can't look behind
# One group a label. `\w` and `\b` are ASCII's in RE2, so Russian letters are spelled out.
FINDER: Final = compile_linear(
    r"(?i)(?P<pass>pass?wor[dt]|passwr?o?d|pas+wo?r?d|passphrase|passcode|парр?олл?(?:ями|ях|ям|ей|ем|ь|я|ю|и)"
    r"|пароль|парль|пороль|паролб|п[@4]роль|пасс?ворд|passwort|kennwort|contraseña"
    r"|mot de passe|senha"
    r"|parol(?:em|ya|i|yu)?(?:[^a-z]|$)"
    r"|pwd|(?:db|user|root|ftp|smtp|mysql|admin)pass(?:[^a-z]|$))"
    rf"|(?P<short>{_NO_LETTER}(?:pass|pw|psw|пасс?|пассв)(?:[^A-Za-zА-Яа-яЁё0-9]|$)"
    rf"|[_-]pass(?:[^a-z]|$))"
    r"|(?P<key>(?:private|secret|access|encryption|encrypt|auth|app|preshared|pre-shared|shared"
    r"|storage|account)[ _-]?key|(?:секретн|приватн|закрыт)[а-яё]+ ключ[а-яё]{0,3}"
    r"|ключ[а-яё]{0,3} (?:api|апи|доступа|шифрования)|(?:auth|logged_in|nonce|secure_auth)_salt)"
    r"|(?P<token>tokens?|токен[а-яё]{0,3}|api[ _-]?keys?|api-ключ[а-яё]{0,3}"
    rf"|(?:client|app|api|shared|webhook)[ _-]?secret"
    rf"|{_NO_LETTER}(?:[\w]{{0,20}}_)?secret(?:[^a-z]|$))"
    rf"|(?P<code>{_NO_LETTER}(?:pin|otp|2fa|tan|puk)(?:[ -]?(?:code|код))?[^A-Za-z]"
    r"|pin-?код[а-яё]{0,2}|пин(?:[ -]?код[а-яё]{0,2})?(?:[^А-Яа-яЁё]|$)"
    r"|(?:epp|auth(?:orization|info)?|transfer|verification|confirmation|security|one-time|sms|2fa"
    r"|login)[ -]code|authinfo|код (?:из|с) (?:смс|sms)|(?:смс|sms)[ -]?код"
    r"|код[а-яё]{0,2} (?:подтверждения|авторизации|переноса|трансфера|входа|2fa|epp)"
    r"|(?:epp|auth)[ -]?код[а-яё]{0,2}|одноразов[а-яё]+ (?:код|парол)[а-яё]{0,2})"
    r"|(?P<word>(?:кодов|секретн|контрольн)[а-яё]{2,3} (?:слов[а-яё]{1,2}|фраз[а-яё]{1,2})"
    r"|(?:секретн|контрольн)[а-яё]{2,3} вопрос[а-яё]{0,2}|security question"
    r"|code ?word|security answer|maiden name"
    r"|девич[а-яё]+ фамили[а-яё](?: матери)?|ответ на (?:секретный|контрольный) вопрос)"
)
# nginx directives that pass requests on; they aren't labels.
NGINX: Final = re.compile(r"(?:proxy|cgi|grpc|cached)_pass")
# As in programs and files: the rest of the name, its quotes, the sign.
SIGN: Final = re.compile(
    r"\w{0,24}['\"\]\)`*»”]{0,4}\s{0,12}(?P<sign>=>|:=|={1,3}|:|,(?=\s{0,20}['\"])|>)"
    r"[ \t]{0,20}[*_]{0,2}[ \t]{0,4}"
)
QUOTED: Final = re.compile(
    r"(?P<quote>['\"`])(?P<value>[^\n]{1,200}?)(?P=quote)|[«“„](?P<other>[^\n»”“]{1,100})[»”“]"
)
WORD: Final = re.compile(r"\S{1,200}")
# In a sentence: a few words, then a sign.
SENTENCE: Final = re.compile(
    r"\w{0,4}[)\"»]{0,2}(?P<gap>(?:[ \t]{1,3}[\w@.()\"'«»/+-]{1,40}){0,7}?)[ \t]{0,6}"
    r"(?P<sign>:|=|[—–]|->|→|-(?=[ \t]))[ \t]{0,6}[*_]{0,2}"
)
# No sign at all.
LOOSE: Final = re.compile(
    r"[)\"»]{0,2}[ \t]{1,6}(?P<link>(?:(?:is|was|are|this|now|это|такой|был|вот|сейчас|теперь|стоит"
    r"|у меня)[ \t:]{1,3}){0,2})(?P<value>[«\"“'`]?\S{1,128})(?P<rest>[^\n]{0,60})"
)
# «пароль от админки admin123, логин …»: what it belongs to, then a word that ends the clause.
OF_WORDS: Final = re.compile(
    r"[ \t](?:от|для|к|на|for|of|to|ot|dlya)(?:[ \t]{1,3}[^\W\d]{1,30}){1,4}[ \t]{1,3}"
    r"(?P<value>[^\s,;]{6,128})"
    r"(?=[,;]|\.(?:\s|$)|[ \t]*$|[ \t]+(?:логин|login|user|и|and|или|or)(?:[ \t:]|$))"
)
# «кодовое слово берёзовая роща, …»
AGREED_WORDS: Final = re.compile(
    r"[ \t]{1,3}(?P<value>[^\W\d]{3,30}(?:[ \t][^\W\d]{3,30}){0,2})(?=[,.;!]|\s*$)"
)
VERB: Final = re.compile(r"(?:л|ла|ли|ло|ет|ют|ит|ат|ют|ть|йте|ите|ed|ing)$", re.IGNORECASE)
# «меняли пароль с … на …»
CHANGED_TO: Final = re.compile(r"[ \t]{1,3}(?:to|на|->|→)[ \t]{1,3}(?P<value>\S{4,128})")
GAP_DIGITS: Final = re.compile(
    r"(?P<gap>(?:[ \t]{1,3}[^\W\d]{1,20}){1,3}[ \t]{1,3})(?P<value>\d{4,8}|\d{3}[ -]\d{3})"
    r"(?![\d.:/-]|[ \t]*(?:г|год))"
)
NEXT_LINE: Final = re.compile(
    r"\w{0,4}[)\"»*_]{0,3}[ \t]{0,4}(?P<sign>[:=—–-]?)[*_ \t\r]{0,4}\n[ \t\r]{0,8}\n?[ \t>*-]{0,8}"
    r"(?P<value>\S{3,128})[ \t\r]{0,8}(?:\n|$)"
)
# «… — мой пароль»: the text before a label, up to it.
BEFORE: Final = re.compile(
    r"(?P<value>\S{6,128})[ \t]{1,3}(?:is|was|-|—|–|это)[ \t]{1,3}"
    r"(?:the|my|our|its|new|мой|наш|новый)?[ \t]{0,3}(?:root |ssh |ftp )?$",
    re.IGNORECASE,
)
LIST_SIGN: Final = re.compile(r"[\w()\" \t*]{0,24}(?:[:=—]|->|→)")
LISTED: Final = re.compile(r"[^\s,;|]{6,128}")
# After a value: nothing more of a sentence follows.
CLAUSE_END: Final = re.compile(
    r"[ \t]*(?:$|[,;/|)»\"'<&]|[—–-] |\.(?:\s|$)|(?:и|and|или|or|логин|login|user|host|хост|port"
    r"|порт"
    r"|ip|url|сервер|server|домен|domain)\b)",
    re.IGNORECASE,
)
NEXT_SETTING: Final = re.compile(r"[;&][A-Za-z_ ]{2,30}=")
# Characters around the label that FINDER may have matched.
AROUND_LABEL: Final = " \t\r\n:=-'\"])>.,;`*»”/—–_?!"
