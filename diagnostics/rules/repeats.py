"""Requests that were made once more in another manner, and which of the two a browser gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diagnostics.observations import HttpObservation


def find_repeats(
    pages: Iterable[HttpObservation],
) -> tuple[tuple[HttpObservation, HttpObservation], ...]:
    """
    Return requests with the repeats that count in their place.

    By HTTP/1.1, where HTTP/2 failed, whatever came of it; in a browser's words where those were let
    in; the same once more, where an error was answered at first.
    """
    by_id = {page.id: page for page in pages}
    return tuple(
        (by_id[page.repeats], page)
        for page in by_id.values()
        if page.repeats in by_id and _counts(by_id[page.repeats], page)
    )


def as_browsers_have_it(pages: Sequence[HttpObservation]) -> tuple[HttpObservation, ...]:
    """Leave out what a repeat stands for, and repeats that don't count."""
    pairs = find_repeats(pages)
    replaced, counting = {first.id for first, _ in pairs}, {again.id for _, again in pairs}
    return tuple(
        page
        for page in pages
        if page.id not in replaced and (page.repeats is None or page.id in counting)
    )


def _counts(first: HttpObservation, repeat: HttpObservation) -> bool:
    if repeat.as_browser:
        return repeat.is_served
    if first.failure is None:
        return first.is_error and repeat.way == first.way and repeat.is_served
    return not (repeat.failure and repeat.failure.is_ours)
