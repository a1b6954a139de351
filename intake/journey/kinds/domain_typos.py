"""
Typos in the domain of a mail service: gmial.com, yandex.ry, mail.ri.

Only suggestions: a domain that resembles a known one may be somebody's own.
"""

from __future__ import annotations

from typing import Final

_SERVICES: Final = frozenset(
    """
    gmail.com googlemail.com yandex.ru yandex.com yandex.by yandex.kz ya.ru mail.ru bk.ru inbox.ru
    list.ru internet.ru rambler.ru outlook.com hotmail.com live.com icloud.com me.com yahoo.com
    aol.com proton.me protonmail.com gmx.de gmx.net gmx.com web.de ukr.net tut.by
    """.split()  # noqa: SIM905 - one word after the other, as they are read
)
# Real domains one typo away from a service above.
_SIMILAR_DOMAINS: Final = frozenset(
    """
    mail.com email.com ymail.com mail.by mail.ua mail.ee mail.bg mail.kz mail.de mail.fr email.ru
    mai.ru gmx.at gmx.ch gmx.us gmx.fr inbox.lv inbox.lt inbox.com live.ru live.de live.nl live.fr
    outlook.de outlook.fr hotmail.de hotmail.fr yahoo.de yahoo.fr yandex.ua yandex.uz yandex.net
    """.split()  # noqa: SIM905 - one word after the other, as they are read
)
_SHORT: Final = 3  # letters; almost any variant of a shorter name is a registered domain


def likely_domain(domain: str) -> str | None:
    """Return the mail service that was probably meant, or None if the domain may be right."""
    typed = domain.casefold()
    if typed in _SERVICES or typed in _SIMILAR_DOMAINS:
        return None
    return next((service for service in sorted(_SERVICES) if _is_typo(typed, service)), None)


def _is_typo(typed: str, service: str) -> bool:
    """Check for one letter wrong, missing, extra or swapped, in the name or in the ending."""
    name, _, ending = typed.rpartition(".")
    right_name, _, right_ending = service.rpartition(".")
    if name == right_name:
        # "yandex.fr" may be intended; an ending that no country has is a typo.
        return _is_one_edit_apart(ending, right_ending) and len(ending) >= len(right_ending) - 1
    return (
        ending == right_ending and len(right_name) > _SHORT and _is_one_edit_apart(name, right_name)
    )


def _is_one_edit_apart(first: str, second: str) -> bool:
    """Check whether one edit (Damerau, 1964) turns one word into the other."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    rest, expected = first[start:], second[start:]
    if len(rest) == len(expected):
        is_swapped = rest[:2] == expected[1::-1] and rest[2:] == expected[2:]
        return rest[1:] == expected[1:] or is_swapped
    longer, shorter = (rest, expected) if len(rest) > len(expected) else (expected, rest)
    return longer[1:] == shorter
