"""The terms of an SPF record and its includes in a receiver's order (RFC 7208, section 4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from diagnostics.catalogue import Severity
from diagnostics.observations import PolicyObservation
from diagnostics.spf_dmarc import MAX_VOID_LOOKUPS, read_spf

_MATCHING_TERMS = {"a", "mx", "ip4", "ip6", "exists"}
_MAX_STEPS = 400
_MAX_COUNTED = 200  # lookups; the limit is ten, so the exact number doesn't matter


class SpfStep(NamedTuple):
    """
    One term in the order of evaluation.

    "live" may match a sender, "include" leads to another record, "void" looks up what doesn't
    exist, "loop" leads back to a record that is being evaluated.
    """

    kind: Literal["live", "include", "void", "loop"]
    text: str


class SpfDeadEnd(NamedTuple):
    """The terms at which receivers stop with an error, and its severity."""

    kind: Literal["void", "loop"]
    texts: tuple[str, ...]
    severity: Severity


def spf_steps(name: str, known: Mapping[str, PolicyObservation]) -> tuple[SpfStep, ...]:
    """Return the terms from left to right, with those of includes, as far as records are known."""
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
                # An include is a step too, so `_MAX_STEPS` bounds records that include each other
                # many times.
                yield SpfStep("include", term.text)
                yield from _walk(following, known, (*above, name))
        elif term.text in policy.void_terms:
            yield SpfStep("void", term.text)
        elif term.name in _MATCHING_TERMS:
            yield SpfStep("live", term.text)


def spf_dead_end(name: str, known: Mapping[str, PolicyObservation]) -> SpfDeadEnd | None:
    """
    Return where receivers stop with an error: at the third void lookup, or at a loop of includes.

    Senders that match an earlier term are accepted, so it is critical only if there are terms after
    it, or none before. None if receivers reach the end.
    """
    steps = spf_steps(name, known)
    voids = [number for number, step in enumerate(steps) if step.kind == "void"]
    loops = [number for number, step in enumerate(steps) if step.kind == "loop"]
    ends = [*voids[MAX_VOID_LOOKUPS:][:1], *loops[:1]]
    if not ends:
        return None
    end = min(ends)
    kind: Literal["void", "loop"] = "loop" if steps[end].kind == "loop" else "void"
    texts = [steps[end].text] if kind == "loop" else [steps[number].text for number in voids]
    has_before = any(step.kind == "live" for step in steps[:end])
    has_after = any(step.kind == "live" for step in steps[end:])
    severity: Severity = "warning" if has_before and not has_after else "critical"
    return SpfDeadEnd(kind, tuple(dict.fromkeys(texts)), severity)


def count_lookups(name: str, known: Mapping[str, PolicyObservation]) -> int:
    """Return the number of DNS lookups that a record needs, as far as its includes are known."""
    count = 0
    paths: list[tuple[str, ...]] = [(name,)]
    # Each include was counted as a lookup of its record, so the bound limits the paths as well.
    while paths and count < _MAX_COUNTED:
        path = paths.pop()
        policy = known.get(path[-1])
        # A loop of includes isn't followed again.
        if policy is None or len(policy.records) != 1 or path[-1] in path[:-1]:
            continue
        spf = read_spf(policy.records[0], path[-1], name)
        count += spf.lookups
        paths += [(*path, following) for following in spf.leads_to]
    return count
