"""Observations about a domain's mail: who takes it, and who may send it."""

from __future__ import annotations

from typing import Literal

from diagnostics.observations.base import BaseObservation, FrozenModel


class Exchanger(FrozenModel):
    """
    One server that takes a domain's mail (RFC 5321, section 5.1): the lowest preference first.

    `host` is "" where the domain says that it takes none (RFC 7505).
    """

    preference: int
    host: str


class MxObservation(BaseObservation):
    """Who takes the mail of a domain; `exchangers` is empty exactly when `failure` is set."""

    probe: Literal["mx"] = "mx"
    name: str
    rcode: str | None = None
    exchangers: tuple[Exchanger, ...] = ()


class PolicyObservation(BaseObservation):
    """
    The text records of one name that speak of one policy, as they stand there.

    `records` is empty where there is none: then `failure` is `dns_nxdomain` or `dns_no_data`, or
    None where other texts stand there. `depth` counts the includes that led to the name.
    """

    probe: Literal["policy"] = "policy"
    policy: Literal["spf", "dmarc"]
    name: str
    depth: int = 0
    rcode: str | None = None
    records: tuple[str, ...] = ()
