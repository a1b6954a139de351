"""What every observation has; text from the network is harmless here already."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from diagnostics.failures import Failure


class FrozenModel(BaseModel):
    """A record that never changes and takes no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BaseObservation(FrozenModel):
    """
    What every probe tells: when, how long, and why there is nothing better to show.

    `id` is readable and the same in each run: "dns-a", "tcp-443@192.0.2.7". `failure_detail` is
    for staff; a customer never reads it.
    """

    id: str
    started_at: datetime
    duration_s: float
    failure: Failure | None = None
    failure_detail: str = ""

    @property
    def is_life(self) -> bool:
        """Whether anything beyond our own resolver came back: our connection works, then."""
        return False
