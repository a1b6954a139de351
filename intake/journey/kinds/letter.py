"""`letter`: a returned letter, pasted or attached; it is parsed when it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue, TypeAdapter, ValidationError

import diagnostics
from diagnostics import LetterReading, SentLetter, letter_facts
from diagnostics.texts import drop_hidden
from intake.journey.kinds.file import MAX_FILES
from intake.journey.kinds.input_text import MAX_ANSWER
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, ReadAnswer, ReadingTime
from intake.journey.steps import Ask

_MAX_RECIPIENTS: Final = 5  # whose readings are stored


_SENT: Final = TypeAdapter(SentLetter)


def letter_answer(
    pasted: str,
    files: list[str],
    attached: LetterReading | None = None,
    sent: SentLetter | None = None,
) -> dict[str, JsonValue]:
    """
    Return the raw answer to the question: the text, file ids, and the parsed content of a file.

    `attached` is the reading of an attached file: the journey itself reads no files, so the caller
    that has their bytes parses them. `sent` is what the returned letter shows of how it was sent.
    """
    reading = attached.model_dump(mode="json") if attached is not None else None
    sent_data = _SENT.dump_python(sent, mode="json") if sent is not None else None
    return {"said": pasted, "files": list(files), "reading": reading, "sent": sent_data}


def reading_of(value: JsonValue) -> LetterReading | None:
    """Return the reading in an answer, or None if it is no notice of a refused or late letter."""
    stored = value.get("reading") if isinstance(value, Mapping) else None
    if not isinstance(stored, Mapping):
        return None
    try:
        return LetterReading.model_validate(stored, strict=False)
    except ValidationError:  # it was stored by another release
        return None


def sent_letter_of(value: JsonValue) -> SentLetter | None:
    """Return how the letter in an answer was sent, or None if that isn't known."""
    stored = value.get("sent") if isinstance(value, Mapping) else None
    if not isinstance(stored, Mapping):
        return None
    try:
        return _SENT.validate_python(stored)
    except ValidationError:  # it was stored by another release
        return None


def facts_in(value: JsonValue) -> dict[str, JsonValue]:
    """Return the facts that conditions may ask about an answer; {} if it couldn't be parsed."""
    reading = reading_of(value)
    return letter_facts(reading) if reading is not None else {}


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    if isinstance(raw, Mapping):
        pasted, files = raw.get("said"), raw.get("files")
        attached, sent = reading_of(raw), sent_letter_of(raw)
    else:
        pasted, files, attached, sent = raw, [], None, None
    if not isinstance(pasted, str) or not isinstance(files, list):
        return asked.hint("shape", can_insist=False)
    names = [name for name in files if isinstance(name, str) and name]
    if len(names) > MAX_FILES:
        return asked.hint("too-many-files", can_insist=False, limit=MAX_FILES)
    own = diagnostics.read_letter(pasted)  # its parsers are loaded with the first letter
    reading = own if own.outcome != "not-a-notice" else attached
    # The notice comes first; the part cut off is the original letter.
    kept = drop_hidden(pasted[:MAX_ANSWER], keep_lines=True)
    if not kept and not names:
        is_open = asked.step.required and not asked.insisted
        return (
            asked.hint("empty", example=asked.example_suffix) if is_open else ("", asked.insisted)
        )
    sent = diagnostics.read_sent_letter(pasted) or sent
    return letter_answer(kept, names, _with_few_recipients(reading), sent), False


def _with_few_recipients(reading: LetterReading | None) -> LetterReading | None:
    if reading is None or reading.outcome == "not-a-notice":
        return None
    main_recipient = reading.main_recipient
    others = [entry for entry in reading.recipients if entry is not main_recipient]
    kept = ([main_recipient] if main_recipient is not None else []) + others
    return reading.model_copy(update={"recipients": tuple(kept[:_MAX_RECIPIENTS])})


def _display(_: Ask, value: JsonValue, language: str, __: ReadingTime) -> str:
    """Return the pasted text and the number of files."""
    if not isinstance(value, Mapping):
        return str(value)
    pasted, files = str(value.get("said") or ""), value.get("files")
    count = len(files) if isinstance(files, list) else 0
    attached = (f"Файлов: {count}" if language == "ru" else f"Files: {count}") if count else ""
    return "\n".join(filter(None, (pasted, attached)))


def _same(first: JsonValue, second: JsonValue) -> bool:
    return first == second


LETTER = KindSpec(
    name="letter",
    summary="a returned letter, pasted or attached; [its facts](#facts-of-a-returned-letter) are "
    "read from it",
    read=_read,
    sample="550 5.1.1 <anna@shop.example>: user unknown",
    size=lambda _: None,
    stands_alone=True,
    same=_same,
    display=_display,
    facts=facts_in,
)
