"""The way of a receiver through an SPF record and what it includes (RFC 7208, section 4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from diagnostics.catalogue import Severity
from diagnostics.observations import PolicyObservation
from diagnostics.spf_dmarc import MAX_VOID_LOOKUPS, read_spf

_LIVE = {"a", "mx", "ip4", "ip6", "exists"}
_MAX_STEPS = 400
_MOST_COUNTED = 200  # lookups; ten are too many


class SpfStep(NamedTuple):
    """One term on the way: it may match, leads into another record, is void or goes in a circle."""

    kind: Literal["live", "include", "void", "loop"]
    text: str


class SpfDeadEnd(NamedTuple):
    """Where receivers stop with an error, and how much that matters."""

    kind: Literal["void", "loop"]
    texts: tuple[str, ...]
    severity: Severity


def spf_steps(name: str, known: Mapping[str, PolicyObservation]) -> tuple[SpfStep, ...]:
    """Walk from left to right, into includes and back, as far as the records were read."""
    steps: list[SpfStep] = []
    for step in _walk(name, known, ()):
        steps.append(step)
        if step.kind == "loop" or len(steps) >= _MAX_STEPS:
            break
    return tuple(steps)


def _walk(
    name: str, known: Mapping[str, PolicyObservation], above: tuple[str, ...]
) -> Iterator[SpfStep]:
    policy = known.get(name)
    if policy is None or len(policy.records) != 1:
        return
    for term in read_spf(policy.records[0], name, (*above, name)[0]).terms:
        if term.name in {"include", "redirect"} and term.is_certain:
            following = term.domain.rstrip(".").lower()
            if following in (*above, name):
                yield SpfStep("loop", term.text)
            else:
                # Counted as a step: records that include one another many times over would
                # otherwise be walked for ever.
                yield SpfStep("include", term.text)
                yield from _walk(following, known, (*above, name))
        elif term.text in policy.void_terms:
            yield SpfStep("void", term.text)
        elif term.name in _LIVE:
            yield SpfStep("live", term.text)


def spf_dead_end(name: str, known: Mapping[str, PolicyObservation]) -> SpfDeadEnd | None:
    """
    Find where receivers give up: at the third void term, or in a circle of includes.

    Senders that match before get through, so it is critical only where some come after, or none
    before.
    """
    steps = spf_steps(name, known)
    voids = [number for number, step in enumerate(steps) if step.kind == "void"]
    loops = [number for number, step in enumerate(steps) if step.kind == "loop"]
    ends = [*voids[MAX_VOID_LOOKUPS:][:1], *loops[:1]]
    if not ends:
        return None
    at = min(ends)
    kind: Literal["void", "loop"] = "loop" if steps[at].kind == "loop" else "void"
    texts = [steps[at].text] if kind == "loop" else [steps[number].text for number in voids]
    has_before = any(step.kind == "live" for step in steps[:at])
    has_after = any(step.kind == "live" for step in steps[at:])
    severity: Severity = "warning" if has_before and not has_after else "critical"
    return SpfDeadEnd(kind, tuple(dict.fromkeys(texts)), severity)


def count_lookups(name: str, known: Mapping[str, PolicyObservation]) -> int:
    """Count the questions that a record costs a receiver, as far as it was followed."""
    count = 0
    ways: list[tuple[str, ...]] = [(name,)]
    # Each way was counted as a term of the record before it, so the bound holds for both.
    while ways and count < _MOST_COUNTED:
        way = ways.pop()
        policy = known.get(way[-1])
        # A circle of includes would count for ever; what was not followed counts nothing.
        if policy is None or len(policy.records) != 1 or way[-1] in way[:-1]:
            continue
        read = read_spf(policy.records[0], way[-1], name)
        count += read.lookups
        ways += [(*way, following) for following in read.leads_to]
    return count
