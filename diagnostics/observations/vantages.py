"""Observations from elsewhere: a browser, a friend's, a probe worker, the server's own firewall."""

from __future__ import annotations

from typing import Literal

from diagnostics.observations.base import BaseObservation

Vantage = Literal["browser", "friend", "worker", "globalping"]
VantageQuestion = Literal["site", "image", "part", "address", "port", "ipv4", "ipv6", "own"]


class VantageObservation(BaseObservation):
    """
    One request that was made from another vantage than this server.

    `viewer` tells the vantages apart ("browser-1", "worker-berlin"); `place` is where it stands,
    `network` its coarse network (an AS, an IPv4 /24, an IPv6 /48), both empty where unknown.

    `asked` is what was requested: the site by its name, a picture of it, a part of its page, its
    bare address, another port of it, a name of the operator's that has only IPv4 or only IPv6, our
    own server. A browser reads no foreign answer: `failure` says that none came, and no more about
    why than "failed", "timed out" or "stalled" (the head came, the rest didn't). Our own server's
    answer is "altered" where something on the way put another in its place.

    A worker runs the whole diagnosis: `verdict` and `cause` are its own conclusion, and `control`
    says whether a place known to work showed no such trouble to it; None where none was tried.
    `addresses` are what the name led to there. `clock_ahead_s` is how far a browser's clock is
    ahead of ours, `client_address` the address that the customer's own browser comes from.
    """

    probe: Literal["vantage"] = "vantage"
    viewer: str
    vantage: Vantage
    place: str = ""
    network: str = ""
    asked: VantageQuestion
    url: str
    status: int | None = None
    addresses: tuple[str, ...] = ()
    verdict: str | None = None
    cause: str | None = None
    control: Literal["works", "fails"] | None = None
    clock_ahead_s: float | None = None
    client_address: str | None = None

    @property
    def is_program(self) -> bool:
        """Whether a program of the operator's measured; what a browser reports is unverified."""
        return self.vantage in {"worker", "globalping"}


class BanObservation(BaseObservation):
    """
    What the operator's system says of the customer's address: whether the server blocks it.

    `by` is what blocks in the operator's words ("fail2ban jail sshd"), `since` when it began, both
    empty where it doesn't say. `is_liftable` is its word that the block may be lifted now,
    `is_lifted` that it was, on the customer's wish.
    """

    probe: Literal["ban"] = "ban"
    viewer: Literal["firewall"] = "firewall"
    client_address: str
    is_banned: bool
    by: str = ""
    since: str = ""
    is_liftable: bool = False
    is_lifted: bool = False

    @property
    def is_program(self) -> bool:
        """Whether its word ends with the measurement; that a block was lifted stays on record."""
        return not self.is_lifted
