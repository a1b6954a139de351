"""What an author probably meant by a word that isn't known here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from diagnostics.texts import closest_match

# Russian letters that look like Latin ones on the screen, and on Russian keyboards share no key.
_LOOKALIKES: Final = str.maketrans("асеорхуіјѕһкАВСЕНКМОРТХУ", "aceopxyijshkABCEHKMOPTXY")
_HIDDEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_HYPHENS: Final = re.compile("[\u2010-\u2015\u2212_]")
_RUSSIAN: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN: Final = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_TRANSLITERATED: Final = dict(zip(_RUSSIAN, _LATIN.split(), strict=True))
# Words of other tools and of plain speech, and ours; the first that is allowed here is meant.
_OUR_WORDS: Final = tuple(
    (our, frozenset(theirs.split()))
    for our, theirs in (
        ("text", "label question title message name description caption текст вопрос надпись"),
        ("title", "name label heading text название заголовок"),
        ("kind", "type тип вид"),
        ("choices", "options option choice variants variant answers values items варианты ответы"),
        (
            "show-if",
            "if when condition visible visible-if depends depends-on only-if если показать-если",
        ),
        ("help", "hint description tooltip подсказка помощь"),
        ("why", "reason зачем почему"),
        ("example", "placeholder sample пример"),
        ("from", "min minimum least от"),
        ("to", "max maximum most до"),
        ("say", "error message text hint"),
        ("pattern", "regex regexp format"),
        ("is", "then value result then-is"),
        ("otherwise", "else default иначе"),
        ("when", "if condition case если когда"),
        ("required", "optional mandatory compulsory needed must обязательно"),
        ("ask", "question field input вопрос спросить"),
        ("tell", "advice note info message say совет сказать"),
        ("check", "test diagnose probe measure проверка проверить"),
        ("use", "include section import uses includes extends template раздел"),
        ("end", "stop finish конец"),
        ("do", "steps actions moves todo"),
        ("checklist", "name id"),
        ("section", "name id"),
        ("before", "earlier earlier-than until раньше"),
        ("after", "later later-than since позже"),
        ("less-than", "less below under smaller fewer lt меньше"),
        ("more-than", "more greater greater-than above over bigger gt больше"),
        ("same-as", "same equal equals eq"),
        ("steps", "questions fields items шаги"),
        ("expect", "expected then assert"),
        ("given", "when measured"),
        ("answers", "answer input"),
        ("diagnose", "kind type"),
        ("of", "target for"),
        ("any", "or или some one-of"),
        ("all", "and и both"),
        ("not", "none nor no unless не"),
        ("choice", "radio select dropdown list выбор"),
        ("choices", "checkbox checkboxes multi multiple multiselect"),
        ("yes-no", "bool boolean yesno checkbox да-нет"),
        ("long-text", "textarea paragraph multiline"),
        ("number", "int integer float numeric число"),
        ("moment", "date time datetime дата время"),
        ("target", "url host domain site website сайт домен"),
        ("e-mail", "email mail почта"),
        ("phone", "tel telephone телефон"),
        ("file", "upload attachment image screenshot файл"),
        ("first-byte-ms", "response-time ttfb time-to-first-byte latency time speed ответ-мс"),
        ("page-ms", "load-time page-time total-time"),
        ("certificate-days-left", "days-left cert-days ssl-days expires-in expires-days"),
        ("status", "code http-code status-code http-status http-статус"),
        ("loss-percent", "loss packet-loss packets-lost потери"),
        ("round-trip-ms", "rtt latency ping-ms ping-time time"),
        ("to", "url href address target link"),
        ("label", "text title name caption"),
        ("submissions", "smtps smtp-ssl ssmtp"),
        ("submission", "smtp-starttls smtp-auth"),
        ("tls", "ssl certificate https"),
        ("net", "network icmp ip"),
        ("dns", "domain names"),
        ("cause", "reason root-cause error problem причина"),
        ("role", "роль"),
        ("page", "страница screen экран"),
        ("short", "кратко short-label"),
        ("why", "зачем reason"),
        ("tls.name_mismatch", "tls.wrong-name tls.wrong-host tls.hostname-mismatch"),
        ("http.server_error", "http.500 500"),
        ("http.bad_gateway", "http.502 502"),
        ("http.unavailable", "http.503 503"),
        ("http.gateway_timeout", "http.504 504"),
        ("http.not_found", "http.404 404"),
        ("http.forbidden", "http.403 403"),
        ("yes", "true on y да истина"),
        ("no", "false off n нет ложь"),
        ("true", "yes on y 1 да"),
        ("false", "no off n 0 нет"),
        ("urgent", "critical emergency highest срочный срочная срочно критично критичный"),
        ("high", "important высокий высокая важно"),
        ("normal", "medium default обычный обычная средний средняя нормальный"),
        ("low", "minor низкий низкая"),
        ("hand-over", "handover human operator person"),
        ("solved", "done finished resolved"),
        ("offer", "yes true"),
        ("customer", "client user owner you клиент владелец"),
        ("hosting", "hoster host provider we us support мы хостинг хостер поддержка"),
        ("network", "net provider carrier сеть"),
        ("fixed-by", "fixer fixers who-fixes mended-by owner responsible"),
        ("en", "eng english en-us en-gb"),
        ("ru", "rus russian ru-ru рус"),
    )
)


def in_latin(word: str) -> str:
    """A word with Latin letters for the Russian ones that look like them, nothing hidden in it."""
    return _HIDDEN.sub("", word).translate(_LOOKALIKES)


def transliterated(word: str) -> str:
    """A Russian word in Latin letters, for a name that customers never see."""
    letters = "".join(_TRANSLITERATED.get(letter, letter) for letter in word.lower())
    return letters.replace("_", "")


def lookalike(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one looks like on the screen; None when it is that word."""
    latin = in_latin(word)
    return latin if latin != word and latin in known else None


def near_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that is probably meant: alike, misspelt, or what other tools call it."""
    words = tuple(known)
    hyphened = _HYPHENS.sub("-", word.strip().lower().replace(" ", "-"))
    plain = in_latin(hyphened)
    if plain in words:
        return plain
    for our, theirs in _OUR_WORDS:
        if our in words and (hyphened in theirs or plain in theirs):
            return our
    # Of a finding's code the family is known even where its name isn't.
    family = f"{plain.partition('.')[0]}."
    of_its = [known for known in words if known.startswith(family)] if "." in plain else []
    if len(of_its) > 1:
        return closest_match(word, of_its)
    # A code by the name of its family, where there is but one of it: "ok".
    of_family = [known for known in words if known.startswith(f"{plain}.")]
    return of_family[0] if len(of_family) == 1 else closest_match(word, words)
