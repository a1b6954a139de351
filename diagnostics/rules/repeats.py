"""Requests that were repeated in another manner, and which of the two answers a browser gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diagnostics.observations import HttpObservation


def find_repeats(
    pages: Iterable[HttpObservation],
) -> tuple[tuple[HttpObservation, HttpObservation], ...]:
    """
    Return pairs of a request and the repeat that counts instead of it.

    A repeat by HTTP/1.1 counts if HTTP/2 failed, whatever its own result; one with a browser's
    headers counts if it was served; the same request once more counts if it was served after an
    error.
    """
    by_id = {page.id: page for page in pages}
    return tuple(
        (by_id[page.repeats], page)
        for page in by_id.values()
        if page.repeats in by_id and _replaces(by_id[page.repeats], page)
    )


def effective_requests(pages: Sequence[HttpObservation]) -> tuple[HttpObservation, ...]:
    """Return the requests without those that a repeat replaces and repeats that don't count."""
    pairs = find_repeats(pages)
    replaced, counting = {first.id for first, _ in pairs}, {again.id for _, again in pairs}
    return tuple(
        page
        for page in pages
        if page.id not in replaced and (page.repeats is None or page.id in counting)
    )


def _replaces(first: HttpObservation, repeat: HttpObservation) -> bool:
    if repeat.as_browser:
        return repeat.is_served
    if first.failure is None:
        return first.is_error and repeat.way == first.way and repeat.is_served
    return not (repeat.failure and repeat.failure.is_ours)
