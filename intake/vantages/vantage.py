"""The interface of other vantages: begin a measurement, and deliver its observations, or never."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from diagnostics import Target, TargetKind, VantageObservation

Deliver = Callable[[Sequence[VantageObservation]], None]


@dataclass(frozen=True)
class VantageJob:
    """
    The measurement of one judged target.

    `is_named_publicly`: the target led to public addresses here; only then may its name be given to
    third parties. `controls` are places known to work; `scheme` is the one by which the site opens
    here, for a target that names none.
    """

    target: Target
    kind: TargetKind
    is_named_publicly: bool
    controls: tuple[str, ...] = ()
    scheme: str = "https"

    @property
    def text(self) -> str:
        """The target as a person would type it: never an address that we resolved."""
        target = self.target
        host = f"[{target.host}]" if target.kind == "ipv6" else target.host
        port = f":{target.port}" if target.port else ""
        scheme = f"{target.scheme}://" if target.scheme else ""
        path = target.path if scheme or target.path != "/" else ""
        return f"{scheme}{host}{port}{path}"

    @property
    def url(self) -> str:
        """The site's address as a person opens it."""
        return self.text if self.target.scheme else f"{self.scheme}://{self.text}"


class VantageAdapter(Protocol):
    """Another vantage; each is off until the operator sets it up."""

    @property
    def name(self) -> str:
        """The name of the vantage in the log."""
        ...

    def begin(self, job: VantageJob, deliver: Deliver) -> int:
        """
        Start measuring and return at once how many answers may come; 0 if nobody can measure.

        `deliver` is called from any thread with the observations of one answer; an answer that
        fails, stalls or says nothing useful never comes.
        """
        ...

    def stop(self) -> None:
        """Begin nothing more, and let nobody wait."""
        ...
