"""What other vantages saw, one view each: whether the site was reached from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from diagnostics.failures import Failure
from diagnostics.observations import (
    HttpObservation,
    Observation,
    VantageObservation,
    VantageQuestion,
)
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.vantages.program_views import is_hampered, program_reaches

_SITE: tuple[VantageQuestion, ...] = ("site", "image")
_NO_ANSWER_READ = {"same-origin", "same-site"}


@dataclass(frozen=True)
class View:
    """Everything that one vantage saw, in the order in which it was asked."""

    observations: tuple[VantageObservation, ...]
    answers_are_shut: bool = False  # browsers may not take them: see `_shuts_answers`
    our_addresses: tuple[str, ...] = ()  # what the name leads to here
    program_passes: bool = False  # whether the same program got the page from another place

    @property
    def viewer(self) -> str:
        """The name that tells vantages apart."""
        return self.observations[0].viewer

    @property
    def vantage(self) -> str:
        """What kind of vantage it is."""
        return self.observations[0].vantage

    @property
    def network(self) -> str:
        """The coarse network; where it is unknown, the vantage counts as one of its own."""
        return self.observations[0].network or self.viewer

    @property
    def place(self) -> str:
        """Where it stands, in words; its network or name where nobody said."""
        return self.observations[0].place or self.observations[0].network or self.viewer

    @property
    def is_program(self) -> bool:
        """Whether a program of the operator's measured."""
        return self.observations[0].is_program

    def of(self, *asked: VantageQuestion) -> tuple[VantageObservation, ...]:
        """What it saw when it asked for these."""
        return tuple(observation for observation in self.observations if observation.asked in asked)

    @cached_property
    def is_connected(self) -> bool:
        """Whether its own connection works: where even we aren't reached, nothing follows."""
        return not any(observation.failure for observation in self.of("own"))

    @cached_property
    def reaches(self) -> bool | None:
        """
        Whether the site answered there; None where that isn't known.

        A head alone is an answer, and so is a redirect that the page's policy stopped.
        """
        site = self.of(*_SITE)
        if not site or not self.is_connected:
            return None
        if self.is_program:
            return program_reaches(
                site[0],
                leads_elsewhere=self.leads_elsewhere,
                program_passes=self.program_passes,
            )
        if any(o.failure in {None, Failure.FETCH_STALLED} for o in site):
            return True
        if self.answers_are_shut and any(o.failure is Failure.FETCH_FAILED for o in site):
            return None
        return False

    @property
    def cause(self) -> str:
        """What a worker concluded; empty where it concluded nothing, and for browsers."""
        return next((o.cause for o in self.of("site") if o.cause), "")

    @property
    def region(self) -> str:
        """The country of a public probe ("Riga, LV"), the whole place of any other vantage."""
        return self.place.rpartition(", ")[2] if self.vantage == "globalping" else self.place

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the name led to none of the addresses that it has here, as CDNs have it too."""
        theirs = {address for o in self.of("site") for address in o.addresses}
        return bool(theirs and self.our_addresses) and theirs.isdisjoint(self.our_addresses)

    @property
    def is_hampered(self) -> bool:
        """Whether a worker reaches the site, and the way to it is not whole there."""
        return any(is_hampered(o) for o in self.of("site"))

    @property
    def timed_out(self) -> bool:
        """Whether the site's name was asked for and no answer came in time."""
        return any(o.failure is Failure.FETCH_TIMED_OUT for o in self.of("site"))


def views_of(evidence: Evidence) -> tuple[View, ...]:
    """Every vantage but this server, in the order of their names."""
    by_viewer: dict[str, list[VantageObservation]] = {}
    for observation in evidence.all_of(VantageObservation):
        by_viewer.setdefault(observation.viewer, []).append(observation)
    is_shut = _shuts_answers(evidence.observations)
    public = [seen for seen in by_viewer.values() if seen[0].vantage == "globalping"]
    passes = any(
        o.status is not None and o.status < HTTPStatus.BAD_REQUEST for seen in public for o in seen
    )
    return tuple(
        View(tuple(seen), is_shut, evidence.addresses, passes) for seen in by_viewer.values()
    )


def own_view(evidence: Evidence) -> View | None:
    """
    The customer's own browser: the last try in each network, and of these one that failed.

    Who opens the site by mobile data has not stopped failing at home.
    """
    own = [view for view in views_of(evidence) if view.vantage == "browser"]
    own.sort(key=lambda view: view.observations[0].started_at)
    last = {view.network: view for view in own}.values()
    failing = [view for view in last if view.reaches is False]
    return [*last, *failing][-1] if own else None


def elsewhere(evidence: Evidence, view: View) -> Iterator[View]:
    """The vantages in other networks, the customer's own tries from there among them."""
    return (other for other in views_of(evidence) if other.network != view.network)


def neighbours(evidence: Evidence, view: View) -> Iterator[View]:
    """The other vantages in the same network."""
    return (
        other
        for other in views_of(evidence)
        if other.network == view.network and other.viewer != view.viewer
    )


def _shuts_answers(observations: tuple[Observation, ...]) -> bool:
    """
    Whether the site lets no foreign page take its answers (Cross-Origin-Resource-Policy).

    A browser then says "failed" to a request that was answered. An answer that never came still
    shows as one.
    """
    return any(
        o.headers.get("cross-origin-resource-policy", "").strip().lower() in _NO_ANSWER_READ
        for o in observations
        if isinstance(o, HttpObservation) and not o.by_address
    )
