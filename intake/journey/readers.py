"""One reader a kind of question: what a customer gave, as the value to keep, or a hint."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import JsonValue

from diagnostics import Reading
from intake.journey.checklist import choices_of
from intake.journey.duration import read_duration
from intake.journey.hints import HINTS, QUOTES
from intake.journey.moment import read_moment
from intake.journey.steps import Ask
from intake.journey.vagueness import emptiness

MAX_ANSWER = 20_000  # characters of one answer; more goes as a file
MAX_FILES = 20


@dataclass(frozen=True, slots=True)
class Hint:
    """
    Why an answer isn't taken yet, in the customer's language: kind, specific, with an example.

    `can_insist`: the same answer is taken, marked, when it is given again with `insisted`.
    `suggestion`: what was probably meant, to put into the field for a yes; insisting takes it.
    """

    code: str
    text: str
    can_insist: bool = True
    suggestion: str | None = None


ReadTarget = Callable[[str], Reading]


@dataclass(frozen=True, slots=True)
class Asked:
    """What reading one raw answer depends on."""

    step: Ask
    now: datetime
    zone: str
    language: str
    insisted: bool
    read: ReadTarget

    def hint(self, code: str, *, can_insist: bool = True, **words: object) -> Hint:
        """A hint of the journey's own words in the customer's language."""
        text = HINTS[code].in_(self.language).format(**words)
        return Hint(code, text, can_insist)


Read = tuple[JsonValue, bool]  # the value, and whether it needed insisting


def is_blank(raw: JsonValue) -> bool:
    """Whether nothing was given at all."""
    return raw is None or raw == [] or (isinstance(raw, str) and not clean(raw, keep_lines=True))


def read_empty(asked: Asked) -> Read | Hint:
    """Nothing given: passes an optional question."""
    empty: JsonValue = [] if asked.step.kind in ("file", "choices") else ""
    if not asked.step.required:
        return empty, False
    if asked.insisted:
        return empty, True
    return asked.hint("empty-choice" if choices_of(asked.step) else "empty", example=_for(asked))


def _for(asked: Asked) -> str:
    """The end of a hint: an example, if the author gave one."""
    if asked.step.example is None:
        return ""
    return (
        HINTS["for-example"]
        .in_(asked.language)
        .format(example=asked.step.example.in_(asked.language))
    )


def _read_choice(asked: Asked, raw: JsonValue) -> Read | Hint:
    word = ("yes" if raw else "no") if isinstance(raw, bool) else str(raw)
    allowed = choices_of(asked.step)
    if word in allowed:
        return word, False
    return asked.hint(
        "choice", can_insist=False, said=_quoted(word, asked.language), allowed=", ".join(allowed)
    )


def _read_choices(asked: Asked, raw: JsonValue) -> Read | Hint:
    picked = [str(each) for each in raw] if isinstance(raw, list) else [str(raw)]
    allowed = choices_of(asked.step)
    for word in picked:
        if word not in allowed:
            return asked.hint(
                "choice",
                can_insist=False,
                said=_quoted(word, asked.language),
                allowed=", ".join(allowed),
            )
    return [choice for choice in allowed if choice in picked], False


def _text(asked: Asked, raw: JsonValue, *, keep_lines: bool) -> str | Hint:
    """The words of an answer, cleaned; a hint when they are no words or far too many."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return asked.hint("shape", can_insist=False)
    limit = MAX_ANSWER
    text = clean(str(raw), keep_lines=keep_lines)
    if len(text) > limit:
        size = f"{len(text):,}".replace(",", " ")
        return asked.hint(
            "too-long", can_insist=False, size=size, limit=f"{limit:,}".replace(",", " ")
        )
    return text


def _read_text(asked: Asked, raw: JsonValue) -> Read | Hint:
    text = _text(asked, raw, keep_lines=asked.step.kind == "long-text")
    if isinstance(text, Hint):
        return text
    why = emptiness(text) if asked.step.required else None
    if why is None:
        return text, False
    if asked.insisted:
        return text, True
    example = _for(asked)
    code = "too-little" if example else f"says-{why}"
    return asked.hint(code, said=_quoted(text, asked.language), example=example)


def _read_email(asked: Asked, raw: JsonValue) -> Read | Hint:
    text = _text(asked, raw, keep_lines=False)
    if isinstance(text, Hint):
        return text
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        if asked.insisted:
            return text, True
        return asked.hint("e-mail", said=_quoted(text, asked.language))
    return found.normalized, False


def _read_target(asked: Asked, raw: JsonValue) -> Read | Hint:
    text = _text(asked, raw, keep_lines=False)
    if isinstance(text, Hint):
        return text
    reading = asked.read(text)
    if reading.accepted and not reading.suggested:
        return text, False
    if reading.accepted:
        meant = _spelled(reading)
        if asked.insisted:
            return meant, False
        hint = asked.hint("target-suggested", meant=meant)
        return replace(hint, suggestion=meant)
    if asked.insisted:
        return text, True
    return Hint("target", reading.explain("ru" if asked.language == "ru" else "en"))


def _spelled(reading: Reading) -> str:
    """The target that was picked out of a text, as a person writes it."""
    host = reading.host_display or reading.host or ""
    if reading.port is not None:
        host = f"[{host}]" if reading.kind == "ipv6" else host
        host = f"{host}:{reading.port}"
    scheme = f"{reading.scheme}://" if reading.scheme else ""
    path = reading.path if reading.path and reading.path != "/" else ""
    return f"{scheme}{host}{path}"


def _read_moment(asked: Asked, raw: JsonValue) -> Read | Hint:
    if isinstance(raw, Mapping):
        raw = raw.get("at") or raw.get("said") or ""
    text = _text(asked, raw, keep_lines=False)
    if isinstance(text, Hint):
        return text
    moment = read_moment(text, now=asked.now, zone=asked.zone)
    if moment is not None:
        return moment, False
    if asked.insisted:
        return {"said": text, "at": None, "zone": asked.zone}, True
    return asked.hint("moment", said=_quoted(text, asked.language))


def _read_duration(asked: Asked, raw: JsonValue) -> Read | Hint:
    if isinstance(raw, Mapping):
        raw = raw.get("said") or ""
    text = _text(asked, raw, keep_lines=False)
    if isinstance(text, Hint):
        return text
    duration = read_duration(text)
    if duration is not None:
        return duration, False
    if asked.insisted:
        return {"said": text, "minutes": None}, True
    return asked.hint("duration", said=_quoted(text, asked.language))


_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,9})?")
_GROUPS = re.compile(r"(?<=\d)[\s_'’](?=\d{3}(?:\D|$))")


def _read_number(asked: Asked, raw: JsonValue) -> Read | Hint:
    """Digits as people write them: "12 345", "1,5", "-3"; a unit after them is left out."""
    text = _text(asked, raw, keep_lines=False)
    if isinstance(text, Hint):
        return text
    plain = _GROUPS.sub("", text).replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if asked.step.unit is not None:
        plain = plain.removesuffix(asked.step.unit.in_(asked.language)).rstrip()
    if _NUMBER.fullmatch(plain):
        number = float(plain)
        return (int(number) if number.is_integer() else number), False
    if asked.insisted:
        return text, True
    return asked.hint("number", said=_quoted(text, asked.language), example=_for(asked))


_HOME = {"ru": "RU"}  # whose numbers are written without a country's code


def _read_phone(asked: Asked, raw: JsonValue) -> Read | Hint:
    text = _text(asked, raw, keep_lines=False)
    if isinstance(text, Hint):
        return text
    try:
        number = phonenumbers.parse(text[:60], _HOME.get(asked.language))
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, form), False
    if asked.insisted:
        return text, True
    return asked.hint("phone", said=_quoted(text, asked.language))


def _read_account(asked: Asked, raw: JsonValue) -> Read | Hint:
    """A login, a contract or a customer number: short, and never judged for its substance."""
    text = _text(asked, raw, keep_lines=False)
    return text if isinstance(text, Hint) else (text, False)


def _read_files(asked: Asked, raw: JsonValue) -> Read | Hint:
    files = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(each, str) and each for each in files):
        return asked.hint("shape", can_insist=False)
    if len(files) > MAX_FILES:
        return asked.hint("too-many-files", can_insist=False, limit=MAX_FILES)
    return list(files), False


READERS: Mapping[str, Callable[[Asked, JsonValue], Read | Hint]] = {
    "choice": _read_choice,
    "yes-no": _read_choice,
    "choices": _read_choices,
    "text": _read_text,
    "long-text": _read_text,
    "e-mail": _read_email,
    "target": _read_target,
    "number": _read_number,
    "duration": _read_duration,
    "phone": _read_phone,
    "account": _read_account,
    "moment": _read_moment,
    "file": _read_files,
}

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = _BIDI | frozenset("\u200b\u2060\ufeff\u00ad")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str, *, keep_lines: bool) -> str:
    """Text without control, invisible and direction characters; its lines kept or made one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(
        each
        for each in text
        if each == "\n"
        or (unicodedata.category(each) not in ("Cc", "Cs") and each not in _INVISIBLE)
    )
    if keep_lines:
        return kept.strip()
    return _SPACES.sub(" ", kept.replace("\n", " ")).strip()


def _quoted(text: str, language: str) -> str:
    """The customer's own words in a hint, short, between the language's quotation marks."""
    left, right = QUOTES.get(language, QUOTES["en"])
    most = 40
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return f"{left}{' '.join(short.split())}{right}"
