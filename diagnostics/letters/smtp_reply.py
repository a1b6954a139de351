"""Find SMTP replies and extended status codes in the text of a notice (RFC 5321, 4.2; RFC 3463)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from diagnostics.letters.letter_reading import SmtpCommand
from diagnostics.letters.patterns import signs_of

_COMMANDS: dict[str, SmtpCommand] = {command: command for command in get_args(SmtpCommand)}
_MAX_TEXT = 20_000

# A reply begins a line or follows what reports it, so that a number inside a text is none.
_REPLY = re.compile(
    r"(?:^[\s>]{0,20}|[:;'\"`(\[<>#=]\s?|\b(?:error|code|with|returned|said|status|reply|response|smtp|"
    r"ошибк[аои]й?|код\w?)\s)([245][0-5]\d)"
    r"(?=[ -]#?[245]\.\d{1,3}\.\d{1,3}\b|[ :'\"-]|$)",
    re.MULTILINE | re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:error|reply|code|status|ошибка|код)\W{0,5}(?:code|код)?\W{0,5}([45][0-5]\d)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_MAX_CODE_LENGTH = 12  # characters of a code and a status without a word
_TRANSCRIPT = re.compile(r"^[>\s]{0,8}<<< ([45]\d\d[ -].{0,1000})", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t>]{0,20}\n")
_DECORATION = re.compile(r"\s*(?:[*=#_-]{2,}[^\n]{0,100}[*=#_-]{2,}|[*=#_-]{4,})\s*$")
_STATUS_FIRST = re.compile(r"^[\s>]{0,8}#?([45]\.\d{1,3}\.\d{1,3})\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """A server's reply: its code, the extended status, and the command that it answers."""

    code: int | None = None
    status: str | None = None
    command: SmtpCommand | None = None


def find_reply(text: str) -> SmtpReply:
    """Return the first refusing reply in a text, with the first refusing status."""
    return SmtpReply(_find_code(text), find_status(text), find_command(text))


def _find_code(text: str) -> int | None:
    codes = [int(match[1]) for match in _REPLY.finditer(text)]
    codes += [int(match[1]) for match in _LABELLED.finditer(text)]
    refused = [code for code in codes if code >= 400]  # noqa: PLR2004 - RFC 5321, 4.2.1
    return refused[0] if refused else None


def find_status(text: str) -> str | None:
    """Return the first extended status that says more than "other"; else the first of all."""
    statuses = [match for match in _STATUS.finditer(text) if match[1] in "45"]
    # 5.0.0 means that nothing is known.
    specific = [match for match in statuses if match[2] != "0" or match[3] != "0"]
    return next((match[0] for match in (*specific, *statuses)), None)


def find_command(text: str) -> SmtpCommand | None:
    """Return the command that was refused, according to the reporting server."""
    names = (name for name, pattern in signs_of("commands") if pattern.search(text[:_MAX_TEXT]))
    return next(map(_COMMANDS.__getitem__, names), None)


def transcript_reply(text: str) -> str:
    """
    Return the first refusal in a transcript, with all of its lines: "<<< 550-no", "<<<
    550 way".
    """
    lines = [match[1] for match in _TRANSCRIPT.finditer(text[:_MAX_TEXT])]
    reply: list[str] = []
    for line in lines:
        if reply and line[:3] != reply[0][:3]:
            break
        reply.append(line)
    return "\n".join(reply)


def refusal_in(text: str) -> str:
    """Return the refusing server's words from its code on, or the first paragraph."""
    if transcript := transcript_reply(text):
        return transcript
    starts = [match.start(1) for match in _REPLY.finditer(text) if match[1][0] in "45"]
    # A status alone opens a sentence only at the beginning of a line; qmail's closes one.
    starts = starts or [match.start(1) for match in _STATUS_FIRST.finditer(text)]
    if not starts:
        return first_paragraph(text)
    words = text[min(starts) :]
    first = first_paragraph(words)
    # A blank line ends a sentence, but not where only the code stands before it.
    return first if len(first) > _MAX_CODE_LENGTH else words


def first_paragraph(text: str) -> str:
    """Return the first paragraph that says something: no rule, no "** Headline **"."""
    paragraphs = [part for part in _BLANK.split(text.strip()[:_MAX_TEXT]) if part.strip()]
    sentences = (part for part in paragraphs if not _DECORATION.match(part))
    return next(sentences, paragraphs[0] if paragraphs else "")
