"""Finds private keys in their file formats (PEM, OpenSSH, OpenPGP, PuTTY), and recovery phrases."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import Final

from intake.redaction.label_words import word_set
from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan

_BEGIN: Final = compile_linear(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END: Final = compile_linear(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
# The lines of a truncated block; "\n" may be two characters, as in JSON.
_BLOCK_LINE: Final = re.compile(r"(?:\\n|\\r|\s|[A-Za-z0-9+/=]{16,}|[A-Za-z-]+: [^\n]{1,80}\n)*")
_PUTTY: Final = compile_linear(r"Private-Lines: [0-9]{1,3}\s+((?:[A-Za-z0-9+/=]{4,64}\s+)+)")
_MAX_BLOCK: Final = 20_000
_MAX_KEYS: Final = 100
_PHRASE_KEY: Final = compile_linear(
    r"(?i)(?:seed|recovery|backup|mnemonic|secret)[ -](?:phrase|words)|mnemonic|сид[ -]?фраз[а-яё]*"
    r"|мнемони[а-яё]*|фраз[а-яё]* (?:для )?восстановлени[а-яё]*|секретн[а-яё]+ фраз[а-яё]*"
)
_WORDS: Final = re.compile(
    r"(?:\d{1,2}[.):]?\s*)?[a-z]{3,8}(?:[\s,]+(?:\d{1,2}[.):]?\s*)?[a-z]{3,8}){11,23}"
)
_COUNTS: Final = frozenset({12, 15, 18, 21, 24})  # BIP-39
# Words that aren't in BIP-39's list but in nearly every English sentence.
_STOP_WORDS: Final = word_set(
    """
    the and for are was were not but has had its they them then than from which there been
    server site error page does did can cannot could please help since after before because
    php mysql nginx apache http https www com
    """
)
_NUMBERED: Final = compile_linear(
    r"1[.):] {0,3}[a-z]{3,8}[\s,]+(?:[0-9]{1,2}[.):] {0,3}[a-z]{3,8}[\s,]+){10,22}"
    r"[0-9]{1,2}[.):] {0,3}[a-z]{3,8}"
)
_PHRASE_LINE: Final = re.compile(r"(?m)^[^\S\n]*([a-z]{3,8}(?:[ \t]+[a-z]{3,8}){11,23})[^\S\n]*$")


def find_key_blocks(text: str) -> Iterator[SecretSpan]:
    """Find private keys; the first and last line of each block aren't masked."""
    ends = [end.start() for end in _END.finditer(text)]
    covered = 0
    for begin in _BEGIN.finditer(text):
        start = begin.end()
        if start < covered:
            continue
        after = bisect_left(ends, start)
        if after < len(ends) and ends[after] - start <= _MAX_BLOCK:
            covered = ends[after]
        else:
            lines = _BLOCK_LINE.match(text, start, start + _MAX_BLOCK)
            covered = lines.end() if lines else start
        body = text[start:covered]
        inner = body.strip()
        if inner:
            offset = start + body.index(inner)
            yield SecretSpan(offset, offset + len(inner), SecretKind.KEY)
    for match in _PUTTY.finditer(text):
        lines = match.group(1).rstrip()
        yield SecretSpan(match.start(1), match.start(1) + len(lines), SecretKind.KEY)


def find_recovery_phrases(text: str) -> Iterator[SecretSpan]:
    """Find the 12 to 24 words that restore a wallet (BIP-39), labelled or on their own line."""
    for key in islice(_PHRASE_KEY.finditer(text), _MAX_KEYS):
        words = _WORDS.search(text, key.end(), key.end() + 300)
        if words and words.start() - key.end() < 60:  # noqa: PLR2004  "… is as follows:"
            yield SecretSpan(words.start(), words.end(), SecretKind.PHRASE)
    for numbered in _NUMBERED.finditer(text):
        yield SecretSpan(numbered.start(), numbered.end(), SecretKind.PHRASE)
    for line in _PHRASE_LINE.finditer(text):
        words_of_line = line.group(1).split()
        if len(words_of_line) in _COUNTS and not _STOP_WORDS & set(words_of_line):
            yield SecretSpan(line.start(1), line.end(1), SecretKind.PHRASE)
