"""
Checks that a question's wording fits its kind.

"Which program?" isn't answered with yes or no, nor "When?" with a duration; a required file needs a
way out for customers without one; what a check measures needs no question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from diagnostics.texts import LANGUAGES
from intake.authoring.lint.calendar_dates import impossible_dates
from intake.authoring.lint.names import Names
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.answers import Hint
from intake.journey.answers import accept as accept_answer
from intake.journey.model import Text
from intake.journey.operands import facts_of_step
from intake.journey.steps import Ask

_SENTENCE: Final = re.compile(r"[^.!?]+[.!?]?")
_WHEN: Final = r"(?:since )?when|at what time|from when|когда|с каких пор|с какого времени"
_HOW_LONG: Final = r"how long(?! ago)|for how long|как долго|сколько (?:времени|длится|длилось)"
_WHICH: Final = (
    r"(?:(?:in|on|to|from|by|with|since) )?(?:which|what|whom)|who|whose|where"
    r"|how (?:many|much|often|large)"
    r"|(?:(?:в|на|с|из|о|по|от|к|до|для|через) )?(?:как(?:ой|ая|ое|ие|им|ую|их|ого|ому|ими|ом)"
    r"|котор\w+|сколько|чего|чем|кому|кого|кто)|где|куда|откуда|что"
)
_MOVES: Final = (
    r"(?:enter|write|type|specify|list|copy|укажите|введите|напишите|перечислите|скопируйте)"
)
# How a question begins that a kind doesn't answer, and the kind that does.
_UNFIT: Final = {
    "yes-no": (
        re.compile(rf"(?:{_WHICH}|{_HOW_LONG}|{_WHEN}|{_MOVES})(?![\w-])", re.IGNORECASE),
        "choice",
    ),
    "duration": (re.compile(rf"(?:{_WHEN})(?![\w-])", re.IGNORECASE), "moment"),
    "moment": (re.compile(rf"(?:{_HOW_LONG})(?![\w-])", re.IGNORECASE), "duration"),
    "number": (re.compile(rf"(?:{_WHEN}|who|whom|кто|кому)(?![\w-])", re.IGNORECASE), "moment"),
}
_WITHOUT: Final = re.compile(
    r"\b(?:if|or|otherwise|without|instead|unless|nothing|none|no)\b|n[’']t\b"
    r"|\b(?:если|или|либо|иначе|без|нет|вместо|можно)\b",
    re.IGNORECASE,
)
_ENDS: Final = (
    r"(?:until|expir|valid|run(?:s|ning)? out|end(?:s|ing)?\b"
    r"|до какого|истека|действ|кончается|закончится)"
)
# The facts of a site's check that authors most often ask for.
_MEASURED: Final = {
    "certificate-days-left": (
        re.compile(r"certificate|сертификат", re.IGNORECASE),
        re.compile(_ENDS, re.IGNORECASE),
    ),
    "domain-days-left": (
        re.compile(r"domain|домен", re.IGNORECASE),
        re.compile(_ENDS, re.IGNORECASE),
    ),
}
_MEASURED_AS: Final = frozenset({"moment", "number", "duration", "text"})
_READ: Final = frozenset({"number", "duration", "moment"})
# Importing their parsers costs more than the whole lint; these patterns find the worst mistakes.
_LOOKS: Final = {"e-mail": re.compile(r"\S+@\S+"), "phone": re.compile(r"[^@]*\d[^@]*\d[^@]*")}
_ANY_TIME: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


def mistakes_of_question(ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of a question's wording, each once."""
    yield from _kind(ask)
    yield from _file(ask)
    yield from _measured(ask, names)
    yield from _example(ask)
    yield from _repeated(ask)


def _kind(ask: Ask) -> Iterator[Mistake]:
    if ask.kind not in _UNFIT:
        return
    begins, meant = _UNFIT[ask.kind]
    for language, line in ask.text.lines.items():
        asking = _last_question(line)
        if begins.match(asking) and not _is_subordinate(asking):
            here = ("text", language) if language else ("text",)
            words = phrase("kind-unlike", words=cut(asking), kind=ask.kind, meant=meant)
            yield Mistake(here, words)
            return


def _last_question(line: str) -> str:
    """Return the question in a text: the last sentence with "?", or the only sentence, or ""."""
    sentences: list[str] = [
        sentence.strip() for sentence in _SENTENCE.findall(line) if sentence.strip()
    ]
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    if asking:
        return asking[-1]
    return sentences[0] if len(sentences) == 1 else ""


def _is_subordinate(sentence: str) -> bool:
    """Check for a leading clause: "When you open the site, does it ask for a password?"."""
    return "," in sentence or " ли " in sentence


def _file(ask: Ask) -> Iterator[Mistake]:
    """Yield a mistake for a required file without a word for customers who have none."""
    if ask.kind != "file" or ask.optional or not ask.required:
        return
    texts = [text for text in (ask.text, ask.help) if text is not None]
    language, line = next(iter(ask.text.lines.items()))
    words_of_both = " ".join(text.lines.get(language, "") for text in texts)
    if not _WITHOUT.search(words_of_both):
        yield Mistake(("text",), phrase("file-demanded", words=cut(line)))


def _measured(ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield a mistake for a question that an earlier check answers."""
    if ask.kind not in _MEASURED_AS or ask.answer_from is not None:
        return
    facts = {
        fact: f"{check}.{fact}"
        for check in names.with_word("check")
        for fact in facts_of_step(names.earlier[check].step)
    }
    for fact, (what, ends) in _MEASURED.items():
        if fact in facts and _says(ask.text, what) and _says(ask.text, ends):
            yield Mistake(("text",), phrase("measured-anyway", left=facts[fact]))
            return


def _says(text: Text, words: re.Pattern[str]) -> bool:
    return any(words.search(line) for line in text.lines.values())


def _example(ask: Ask) -> Iterator[Mistake]:
    """Yield a mistake for an example of another kind; with `accept`, `limits.py` checks it."""
    if ask.example is None or ask.accept is not None:
        return
    for language, line in ask.example.lines.items() if ask.kind == "moment" else ():
        for date in impossible_dates(line):
            here = ("example", language) if language else ("example",)
            yield Mistake(here, phrase("example-no-date", word=date))
            return
    for language, line in ask.example.lines.items():
        if _is_of_another_kind(ask, line, language):
            here = ("example", language) if language else ("example",)
            yield Mistake(here, phrase("example-of-another-kind", word=cut(line), kind=ask.kind))
            return


def _is_of_another_kind(ask: Ask, line: str, language: str) -> bool:
    if ask.kind in _LOOKS:
        return _LOOKS[ask.kind].search(line) is None
    if ask.kind not in _READ:
        return False
    taken = accept_answer(ask, line, now=_ANY_TIME, language=language or LANGUAGES[0])
    return isinstance(taken, Hint)


def _repeated(ask: Ask) -> Iterator[Mistake]:
    """Yield a mistake for a `why` or `help` that repeats the question."""
    for key, text in (("why", ask.why), ("help", ask.help)):
        for language, line in text.lines.items() if text is not None else ():
            asked = ask.text.lines.get(language, "")
            if " " in line and _letters(line) == _letters(asked):
                here = (key, language) if language else (key,)
                yield Mistake(here, phrase("says-the-question", key=key))
                return


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))
