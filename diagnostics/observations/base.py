"""The base of every observation; text from the network is already safe to show."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from diagnostics.failures import Failure


class FrozenModel(BaseModel):
    """A model that never changes and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BaseObservation(FrozenModel):
    """
    The facts of every observation: when, how long, and why it failed.

    `id` is readable and the same in each run: "dns-a", "tcp-443@192.0.2.7". `failure_detail` is for
    staff; a customer never reads it.
    """

    id: str
    started_at: datetime
    duration_s: float
    failure: Failure | None = None
    failure_detail: str = ""

    @property
    def is_life(self) -> bool:
        """
        Whether anything beyond our own resolver answered, which proves that our
        connection works.
        """
        return False
