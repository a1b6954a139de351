"""Finds when the problem began, among all times in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from intake.free_text.changes import mentions_change
from intake.free_text.spoken_times import times_in_digits
from intake.journey.kinds.moment_parsing import read_moment
from intake.journey.word_stems import transliterate_to_cyrillic

_MOST_WORDS: Final = 2_000
_LONGEST_RUN: Final = 9  # words in one expression of a time
_DAY_WORDS: Final = {
    **dict.fromkeys(("вчерашнего", "вчерашней", "вчерашний"), "вчера"),
    **dict.fromkeys(("сегодняшнего", "сегодняшней", "сегодняшний"), "сегодня"),
    **dict.fromkeys(("позавчерашнего", "позавчерашней"), "позавчера"),
}
_TOKEN: Final = re.compile(r"\d{1,4}(?:[:./-]\d{1,4}){1,3}|\d+|[^\W\d_]+|[.,;!?\n()]")
_PUNCTUATION: Final = frozenset(".,;!?\n()")
_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?::\d\d)?")
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./](?:20)?\d\d")
_DAYS: Final = frozenset(
    """
    today yesterday сегодня вчера позавчера monday tuesday wednesday thursday friday saturday sunday
    понедельник понедельника вторник вторника среду среды четверг четверга пятницу пятницы субботу
    субботы воскресенье воскресенья noon midnight полдень полночь полудня полуночи
    """.split()  # noqa: SIM905 - a list of words
)
_PARTS: Final = frozenset(
    """
    lunch
    morning afternoon evening night tonight week weekend month утра утром утро днем вечера вечером
    ночи ночью дня недели неделю неделе выходных выходные месяца обеда обед
    """.split()  # noqa: SIM905 - a list of words
)
_PARTS_ALONE: Final = frozenset(("утром", "вечером", "ночью"))
_MONTHS: Final = frozenset(
    """
    january february march april june july august september october november december jan feb mar
    apr jun jul aug sep oct nov dec may января февраля марта апреля мая июня июля августа сентября
    октября ноября декабря
    """.split()  # noqa: SIM905 - a list of words
)
_AMOUNTS: Final = frozenset(
    """
    h hr hrs minute minutes min mins hour hours day days week weeks month months час часа часов
    часик минут минуту минуты мин день дня дней неделю недели недель месяц месяца сутки суток
    полчаса полтора полторы пару пара couple half an a two three two два две три четыре пять few
    несколько один одну одного раньше
    """.split()  # noqa: SIM905 - a list of words
)
_AGO: Final = frozenset({"ago", "назад"})
_SHORT_UNITS: Final = frozenset(
    "minute minutes min mins hour hours hr минут минуту минуты мин час часа часов".split()  # noqa: SIM905 - a list of words
)
_SINCE: Final = frozenset({"since", "с", "со", "from", "начиная", "после", "after", "от"})
_JOINTS: Final = frozenset(
    """
    since at from on around about approximately the of this last in в во на с со около примерно где
    самого прошлой прошлого прошлую этой этого этот am pm utc gmt msk cet cest est edt pst pdt мск
    по москве московскому времени ближе к часов часа
    числа начиная раннего рано поздно late early st nd rd th годa года г
    """.split()  # noqa: SIM905 - a list of words
)
# Words before a time that isn't the beginning: one in the future, or that of a copy.
_NO_BEGINNING: Final = frozenset(
    """
    duration uptime длительность кончается заканчивается закончится
    expires expire ends until till истекает до backup backups snapshot copy dump бэкап бекап бэкапа
    бекапа копию копия копии снимок дамп
    """.split()  # noqa: SIM905 - a list of words
)
_WORKED: Final = re.compile(
    r"\b(?:(?:was|were|been) (?:all )?(?:working|fine|ok|okay|good)|worked|работал[аио]?"
    r"|робил[аио]?|пахал[аио]?"
    r"|было (?:все )?(?:хорошо|нормально|норм|ок)|все было)\b"
)
_ENDED: Final = re.compile(
    r"\b(?:not|never|stopped|не|нет|перестал\w*|hasn t|didn t|wasn t)\b|n't\b"
)
_UP_TO: Final = re.compile(r"\b(?:until|till|up to|before|до)\b")
_NOW: Final = re.compile(r"\b(?:just now|right now|только что|прямо сейчас|минуту назад)\b")
_LASTING: Final = re.compile(
    r"\b(?:уже|already|for(?: about| over| almost)?|more than|больше|последн(?:ий|ие|их|юю|ей|ее)"
    r"|past|last|since)\s+"
    r"(?:(?:около|почти|больше|более|about)\s+)?"
    r"((?:(?:\d{1,3}|a|an|one|two|three|four|five|пол|полтора|пару|два|две|три|четыре|пять)\s*)?"
    r"(?:minutes?|mins?|hours?|days?|weeks?|months?|полчаса|час(?:а|ов)?|минут[уы]?|д(?:ень|ня|ней)|недел[юиь]|месяц(?:а|ев)?))\b"
)
_LASTING_NOW: Final = re.compile(
    r"\b((?:\d{1,3}|an?|one|two|three|four|five|ten)\s*(?:minutes?|mins?|hours?|hrs|days?|weeks?))"
    r" (?:now|already)\b"
)
_LASTING_ALREADY: Final = re.compile(r"\b(полчаса|час|сутки|неделю|месяц)\s+(?:как\s+)?уже\b")
# Transliterated Russian words of times.
_SPELT_BY_SOUND: Final = frozenset(
    """
    vchera segodnya utra utrom vecherom nochyu nazad chas chasa chasov minut dnya dney nedelyu
    ponedelnika vtornika sredy chetverga pyatnitsy subboty voskresenya
    """.split()  # noqa: SIM905 - a list of words
)
_NTH_DAY: Final = {
    **dict.fromkeys(("второй", "вторые", "second", "2nd"), 1),
    **dict.fromkeys(("третий", "третьи", "third", "3rd"), 2),
    **dict.fromkeys(("четвертый", "четвертые", "fourth", "4th"), 3),
    **dict.fromkeys(("пятый", "пятые", "fifth", "5th"), 4),
}
_NTH: Final = re.compile(
    rf"\b(?:({'|'.join(_NTH_DAY)})\s+(?:день|сутки|day)|([2-9]|[12]\d)(?:-?[йе])?\s+(?:день|сутки))\b"
    r"(?!\s+назад)"
)
# «минут 15», «часа три»: an approximate number.
_ABOUT: Final = re.compile(
    r"\b(минут|час(?:а|ов)|дня|дней|недели|недель)\s+"
    r"(\d{1,3}|дв[ае]|три|четыре|пять|шесть|десять|пятнадцать|двадцать|тридцать|сорок)\b"
)
_RUSSIAN: Final = re.compile("[а-я]")
# «просрочен на 2 дня» isn't two o'clock.
_FOR_SO_LONG: Final = re.compile(r"на \d+ (?:дн|ден|час|мин|недел|месяц|сут)")


def time_in(text: str, *, now: datetime, zone: str) -> dict[str, JsonValue] | None:
    """
    Return when it began, as an answer of the kind moment with the text's words; or None.

    A time after "since" ranks before any other, and a clock time before a day; when something was
    changed ranks below when it was noticed.
    """
    best: tuple[int, dict[str, JsonValue]] | None = None
    for run, is_since, is_change in _runs(text):
        plain = " ".join(_DAY_WORDS.get(word, word) for word in run.split())
        read = read_moment(plain, now=now, zone=zone)
        if read is not None:
            read |= {"said": run}
        if read is None or not (read["at"] or read.get("from")):
            continue
        points = 2 * is_since + bool(read["at"]) - 2 * is_change
        if best is None or points > best[0]:
            best = points, read
    if best is not None:
        return best[1]
    if (spelt := _transliterated(text)) is not None:
        return time_in(spelt, now=now, zone=zone)
    if (lasting := _start_of_duration(text, now=now, zone=zone)) is not None:
        return lasting
    if _NOW.search(text[:20_000].casefold()):
        return read_moment("just now", now=now, zone=zone)
    return None


def _transliterated(text: str) -> str | None:
    """Return a transliterated Russian text («s utra») in Cyrillic, or None if it isn't one."""
    words = re.findall(r"[a-z]+", text[:2_000].casefold())
    if not text[:2_000].isascii() or not _SPELT_BY_SOUND & set(words):
        return None
    return re.sub(
        r"[A-Za-z]+", lambda word: transliterate_to_cyrillic(word[0]) or word[0], text[:2_000]
    )


def _start_of_duration(text: str, *, now: datetime, zone: str) -> dict[str, JsonValue] | None:
    """Return the start of a duration up to now: "for three hours", «уже час», «второй день»."""
    plain = text[:20_000].casefold().replace("ё", "е")
    if match := _NTH.search(plain):
        amount = f"{_NTH_DAY[match[1]] if match[1] else int(match[2]) - 1} days ago"
    elif match := _ABOUT.search(plain):
        amount = f"{match[2]} {match[1]} назад"
    elif match := _LASTING.search(plain):
        amount = f"{match[1]} {'назад' if _RUSSIAN.search(match[1]) else 'ago'}"
    elif match := _LASTING_NOW.search(plain):
        amount = f"{match[1]} ago"
    elif match := _LASTING_ALREADY.search(plain):
        amount = f"{match[1]} назад"
    else:
        return None
    read = read_moment(amount, now=now, zone=zone)
    return read | {"said": match[0]} if read is not None else None


def _runs(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield runs of words that form a time, whether "since" or a change is in their clause."""
    for clause in _clauses(_TOKEN.findall(times_in_digits(text))[:_MOST_WORDS]):
        words = " ".join(clause)
        is_worked = _WORKED.search(words) is not None and _ENDED.search(words) is None
        is_end = is_worked and _UP_TO.search(words) is not None
        for run, before in _runs_of_clause(clause):
            # "It was working on Sunday", but "it was fine 30 minutes ago" is nearly its end.
            if is_worked and not is_end and not (_AGO & set(run) and _SHORT_UNITS & set(run)):
                continue
            if before in _NO_BEGINNING and not is_end:
                continue
            for complete, is_since in _complete_run(run):
                yield complete, is_since or is_end, mentions_change(words)


def _clauses(words: list[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for word in words:
        if word in _PUNCTUATION:
            yield clause
            clause = []
        else:
            clause.append(word)
    yield clause


def _runs_of_clause(clause: list[str]) -> Iterator[tuple[list[str], str]]:
    """Yield runs of words of time, each with the word before it."""
    run: list[str] = []
    before = ""
    for word in (*clause, "."):
        if _is_time_word(word) and len(run) < _LONGEST_RUN:
            run.append(word)
            continue
        yield run, before
        if not _is_time_word(word):
            before = word
        run = [word] if _is_time_word(word) else []


def _is_time_word(word: str) -> bool:
    return (
        word in _JOINTS
        or word in _DAYS
        or word in _DAY_WORDS
        or word in _PARTS
        or word in _MONTHS
        or word in _AMOUNTS
        or word in _AGO
        or bool(_CLOCK.fullmatch(word) or _DATE.fullmatch(word))
        or (word.isdigit() and len(word) <= 2)  # noqa: PLR2004 - an hour, a day, so many of a unit
    )


def _complete_run(run: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield the run if it names a time: numbers and prepositions alone don't."""
    if _FOR_SO_LONG.match(" ".join(run)):
        return
    has_month = any(word in _MONTHS for word in run) and any(word.isdigit() for word in run)
    is_time = (
        has_month
        or any(
            word in _DAYS or word in _DAY_WORDS or word in _AGO or _DATE.fullmatch(word)
            for word in run
        )
        or any(_CLOCK.fullmatch(word) and ":" in word for word in run)
        or (any(word in _PARTS for word in run) and (len(run) > 1 or run[0] in _PARTS_ALONE))
        or ("числа" in run and any(word.isdigit() for word in run))
        or _is_hour_since(run)
    )
    if is_time:
        yield " ".join(run), bool(_SINCE & set(run))


def _is_hour_since(run: list[str]) -> bool:
    """Check for "since 14", «с 9 часов»: a lone hour could be any number."""
    numbers = [at for at, word in enumerate(run) if word.isdigit() or _CLOCK.fullmatch(word)]
    return any(
        at
        and run[at - 1] in {"с", "since", "около", "at", "around", "about", "примерно"}
        and (at + 1 < len(run) and run[at + 1] in {"часов", "часа", "am", "pm", "утра", "мск"})
        for at in numbers
    )
