"""
The type of a rule, and the declaration of the codes that it may conclude.

A rule reads the evidence and yields findings, or nothing. `rank_order` lists all rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from diagnostics.catalogue import Finding
from diagnostics.rules.evidence import Evidence

Rule = Callable[[Evidence], Iterator[Finding]]
Concluder = Callable[..., object]  # a rule, or a function that rules call
_AnyConcluder = TypeVar("_AnyConcluder", bound=Concluder)

_OWN_CODES: dict[Concluder, tuple[str, ...]] = {}
_ASKS: dict[Concluder, tuple[Concluder, ...]] = {}


def concludes(
    *codes: str, asks: tuple[Concluder, ...] = ()
) -> Callable[[_AnyConcluder], _AnyConcluder]:
    """
    Declare the codes that a function concludes itself, and other concluders that it calls.

    The function's docstring goes into docs/findings.md.
    """

    def declare(function: _AnyConcluder) -> _AnyConcluder:
        _OWN_CODES[function], _ASKS[function] = codes, asks
        return function

    return declare


def own_codes(function: Concluder) -> tuple[str, ...]:
    """
    Return the codes that a function concludes itself.

    Raises:
        KeyError: the function isn't declared by `concludes`.

    """
    return _OWN_CODES[function]


def all_codes(function: Concluder) -> frozenset[str]:
    """Return every code that a function may conclude, itself or by calling others."""
    return frozenset(_OWN_CODES[function]).union(*map(all_codes, _ASKS[function]))


def concluders(functions: Iterable[Concluder]) -> Iterator[Concluder]:
    """Yield the functions and all concluders that they call, each once, callees first."""
    known: dict[Concluder, None] = {}
    for function in functions:
        # A dict keeps the order of first insertion, so a function called twice is listed once.
        known.update(dict.fromkeys([*concluders(_ASKS[function]), function]))
    yield from known


def declared_functions() -> frozenset[Concluder]:
    """Return every function with declared codes in the modules imported so far."""
    return frozenset(_OWN_CODES)
