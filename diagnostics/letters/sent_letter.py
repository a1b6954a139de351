"""
Read the letter that was sent: its From, return path, signatures, and the sending address.

From a letter that came back with its notice, or from one that a recipient got.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.letters.letter_reading import LetterReading
from diagnostics.letters.message_parts import MAX_BYTES, split_letter
from diagnostics.letters.notice_text import returned_part, sender_of
from diagnostics.letters.plain_text import decode_bytes
from diagnostics.letters.read_letter import read_letter
from diagnostics.options import SentLetter
from diagnostics.targets import as_address

_MAX_HEAD = 60_000  # characters
_MAX_FIELDS = 300
_MAX_SIGNATURES = 4
_MAX_PARAGRAPHS_ABOVE = 2  # paragraphs between a notice and the head of the letter
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,40})[ \t]{0,4}:[ \t]{0,4}(.{0,4000})")
_FOLD = re.compile(r"\r?\n[ \t]+")
_TAG = re.compile(r"(?:^|;)\s{0,20}([a-z]{1,3})\s{0,20}=\s{0,20}([^;]{0,2000})")
_ADDRESS = re.compile(r"@([A-Za-z0-9._-]{1,253})")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62}\.)*[a-z0-9_-]{1,63}")
_SELECTOR = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,120}[A-Za-z0-9_])?")
_BRACKETED = re.compile(r"[\[(]((?:\d{1,3}\.){3}\d{1,3}|(?:IPv6:)?[0-9A-Fa-f:]{3,45})[\])]")
_AFTER_CODE = re.compile(r"\b[45]\d\d[ -]")
# Causes in whose words the address in brackets is that of the sending server.
_ABOUT_SENDER = frozenset(
    {"blocked-address", "bad-reputation", "server-name", "sender-check", "policy", "spam"}
)


def read_sent_letter(letter: bytes | str) -> SentLetter | None:
    """
    Return what a customer's letter reveals of its sending; None if it has no From.

    No letter makes this raise.
    """
    parts = split_letter(letter)
    returned = parts.returned or returned_part(parts.notice)
    fields = list(_fields(_from_its_head(returned)))
    reading = read_letter(letter)
    if not reading.is_notice:
        text = letter if isinstance(letter, str) else decode_bytes(letter[:_MAX_HEAD], "")
        fields = fields if _first(fields, "dkim-signature") else list(_fields(text[:MAX_BYTES]))
    from_domain = _domain_of(_first(fields, "from"))
    if not from_domain:
        return None
    path = _first(fields, "return-path") or (sender_of(returned) if reading.is_notice else "")
    return SentLetter(
        from_domain=from_domain,
        envelope_domain=_domain_of(path),
        signatures=tuple(_signatures(fields))[:_MAX_SIGNATURES],
        address=_refused_address(reading),
    )


def _from_its_head(returned: str) -> str:
    """Drop the line above a letter that came back; Exim and qmail separate it by an empty line."""
    parts = returned[:_MAX_HEAD].replace("\r\n", "\n").lstrip().split("\n\n", _MAX_PARAGRAPHS_ABOVE)
    for number in range(len(parts)):
        rest = "\n\n".join(parts[number:]).lstrip("\n")
        if _first(list(_fields(rest)), "from"):
            return rest
    return returned


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield the header fields at the start of a text, unfolded (RFC 5322, section 2.2.3)."""
    head = text[:_MAX_HEAD].lstrip().replace("\r\n", "\n").partition("\n\n")[0]
    for line in _FOLD.sub(" ", head).split("\n")[:_MAX_FIELDS]:
        if match := _FIELD.match(line):
            yield match[1].lower(), match[2].strip()


def _first(fields: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in fields if key == name), "")


def _domain_of(text: str) -> str:
    """Return the domain of a field's last mailbox: a name before it may contain "@" too."""
    matches = _ADDRESS.findall(text[:2000])
    domain = matches[-1].lower().strip(".") if matches else ""
    return domain if _NAME.fullmatch(domain) else ""


def _signatures(fields: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for key, value in fields:
        if key != "dkim-signature":
            continue
        tags = {name: "".join(text.split()) for name, text in _TAG.findall(value)}
        domain, selector = tags.get("d", "").lower().strip("."), tags.get("s", "")
        if _NAME.fullmatch(domain) and _SELECTOR.fullmatch(selector):
            yield domain, selector


def _refused_address(reading: LetterReading) -> str:
    """
    Return the address that a refusal names as the sender's; one before the code is the
    receiver's.
    """
    response = reading.main_recipient.response if reading.main_recipient else ""
    code = _AFTER_CODE.search(response)
    if reading.cause not in _ABOUT_SENDER or code is None:
        return ""
    for match in _BRACKETED.finditer(response[code.end() :]):
        address = as_address(match[1].removeprefix("IPv6:"))
        if address is not None:
            return str(address)
    return ""
