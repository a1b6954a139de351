"""The observations of each other vantage as one view: was the site reached from there."""

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
    """All observations of one vantage, in the order of its requests."""

    observations: tuple[VantageObservation, ...]
    answers_are_hidden: bool = False  # from pages of other sites, see `_hides_answers`
    our_addresses: tuple[str, ...] = ()  # the name's addresses as we see them
    program_passes: bool = False  # whether the same program got the page at another place

    @property
    def viewer(self) -> str:
        """The unique name of the vantage."""
        return self.observations[0].viewer

    @property
    def vantage(self) -> str:
        """The kind of vantage."""
        return self.observations[0].vantage

    @property
    def network(self) -> str:
        """The coarse network; if unknown, the viewer, so that it counts as a network of its own."""
        return self.observations[0].network or self.viewer

    @property
    def place(self) -> str:
        """Where the vantage is, in words; if unknown, its network or name."""
        return self.observations[0].place or self.observations[0].network or self.viewer

    @property
    def is_program(self) -> bool:
        """Whether a program measured, not a browser."""
        return self.observations[0].is_program

    def results_for(self, *asked: VantageQuestion) -> tuple[VantageObservation, ...]:
        """Return the observations of requests for any of `asked`."""
        return tuple(observation for observation in self.observations if observation.asked in asked)

    @cached_property
    def is_connected(self) -> bool:
        """Whether the vantage reaches our own server, without which its failures prove nothing."""
        return not any(observation.failure for observation in self.results_for("own"))

    @cached_property
    def reaches(self) -> bool | None:
        """
        Whether the site answered the vantage; None if that isn't known.

        Response headers alone are an answer, and so is a redirect that the page's policy stopped.
        """
        site = self.results_for(*_SITE)
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
        if self.answers_are_hidden and any(o.failure is Failure.FETCH_FAILED for o in site):
            return None
        return False

    @property
    def cause(self) -> str:
        """The code of a worker's root cause; "" if it has none, and for browsers."""
        return next((o.cause for o in self.results_for("site") if o.cause), "")

    @property
    def region(self) -> str:
        """The country of a public probe ("LV" of "Riga, LV"); the place of any other vantage."""
        return self.place.rpartition(", ")[2] if self.vantage == "globalping" else self.place

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the name has none of our addresses there, which CDNs cause too."""
        theirs = {address for o in self.results_for("site") for address in o.addresses}
        return bool(theirs and self.our_addresses) and theirs.isdisjoint(self.our_addresses)

    @property
    def is_hampered(self) -> bool:
        """Whether a worker reaches the site over a path with loss or a broken address family."""
        return any(is_hampered(o) for o in self.results_for("site"))

    @property
    def timed_out(self) -> bool:
        """Whether a request for the site by name timed out."""
        return any(o.failure is Failure.FETCH_TIMED_OUT for o in self.results_for("site"))


def vantage_views(evidence: Evidence) -> tuple[View, ...]:
    """Return the view of each vantage other than this server, in the order of their names."""
    by_viewer: dict[str, list[VantageObservation]] = {}
    for observation in evidence.all_of(VantageObservation):
        by_viewer.setdefault(observation.viewer, []).append(observation)
    hides_answers = _hides_answers(evidence.observations)
    public = [rows for rows in by_viewer.values() if rows[0].vantage == "globalping"]
    passes = any(
        o.status is not None and o.status < HTTPStatus.BAD_REQUEST for rows in public for o in rows
    )
    return tuple(
        View(tuple(rows), hides_answers, evidence.addresses, passes) for rows in by_viewer.values()
    )


def customer_view(evidence: Evidence) -> View | None:
    """
    Return the view of the customer's browser; None without one.

    The last try in each network counts, and among these one that failed: a customer who can open
    the site by mobile data may still fail at home.
    """
    own = [view for view in vantage_views(evidence) if view.vantage == "browser"]
    own.sort(key=lambda view: view.observations[0].started_at)
    last = {view.network: view for view in own}.values()
    failing = [view for view in last if view.reaches is False]
    return [*last, *failing][-1] if own else None


def views_of_other_networks(evidence: Evidence, view: View) -> Iterator[View]:
    """Yield the views of other networks than this view's, with the customer's own tries there."""
    return (other for other in vantage_views(evidence) if other.network != view.network)


def views_of_same_network(evidence: Evidence, view: View) -> Iterator[View]:
    """Yield the other views of the same network."""
    return (
        other
        for other in vantage_views(evidence)
        if other.network == view.network and other.viewer != view.viewer
    )


def _hides_answers(observations: tuple[Observation, ...]) -> bool:
    """
    Check whether the site hides its answers from other sites (Cross-Origin-Resource-Policy).

    A browser then reports an answered request as failed, while a timeout still shows as one.
    """
    return any(
        o.headers.get("cross-origin-resource-policy", "").strip().lower() in _NO_ANSWER_READ
        for o in observations
        if isinstance(o, HttpObservation) and not o.by_address
    )
