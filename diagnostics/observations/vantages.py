"""
Observations from other vantages: a browser, a friend's, a probe worker, the server's
own firewall.
"""

from __future__ import annotations

from typing import Literal

from diagnostics.observations.base import BaseObservation

Vantage = Literal["browser", "friend", "worker", "globalping"]
VantageQuestion = Literal["site", "image", "part", "address", "port", "ipv4", "ipv6", "own"]


class VantageObservation(BaseObservation):
    """
    One request from a vantage other than this server.

    `viewer` identifies the vantage ("browser-1", "worker-berlin"); `place` is its location,
    `network` its coarse network (an AS, an IPv4 /24, an IPv6 /48), both "" if unknown.

    `asked` is what was requested: the site by its name, a picture of it, a part of its page, its
    bare address, another port of it, a name of the operator's that has only IPv4 or only IPv6, our
    own server. A browser can't read answers of other sites: `failure` says that none came, and no
    more than "failed", "timed out" or "stalled" (the head came, the rest didn't). Our own server's
    answer is "altered" if something on the path replaced it.

    A worker runs the whole diagnosis: `verdict` and `cause` are its own conclusion, and `control`
    says whether a place known to work lacked this trouble; None if none was tried. `addresses` are
    what the name led to there. `clock_ahead_s` is how far a browser's clock is ahead of ours,
    `client_address` the address that the customer's own browser comes from.
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

    `by` is what blocks it in the operator's words ("fail2ban jail sshd"), `since` when it began,
    both "" if it doesn't say. `is_liftable`: the block may be lifted now. `is_lifted`: it was
    lifted, at the customer's request.
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
        """
        Whether it is valid only at the time of measuring; that a block was lifted stays
        on record.
        """
        return not self.is_lifted
