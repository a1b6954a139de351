"""TLSA records (DANE) that match the certificate, and ones that a renewal made outdated."""

from __future__ import annotations

from hashlib import sha256

from tests.lab.dane import DaneServer, DaneWorld, of_key
from tests.lab.model import HEALTHY, Case

_OLD = "ab" * 32
SERVERS: dict[str, DaneServer] = {
    "fits": DaneServer(lambda shown: (f"3 1 1 {of_key(shown[0])}",)),
    "whole": DaneServer(lambda shown: (f"3 0 1 {sha256(shown[0]).hexdigest()}",)),
    "exact": DaneServer(lambda shown: (f"3 0 0 {shown[0].hex()}",)),
    "authority": DaneServer(lambda shown: (f"2 0 1 {sha256(shown[1]).hexdigest()}",)),
    "rollover": DaneServer(lambda shown: (f"3 1 1 {_OLD}", f"3 1 1 {of_key(shown[0])}")),
    "renewed": DaneServer(lambda _: (f"3 1 1 {_OLD}",)),
    "otherauthority": DaneServer(lambda _: (f"2 1 1 {_OLD}",)),
    "wholerenewed": DaneServer(lambda shown: (f"3 0 1 {of_key(shown[0])}",)),
    "inclear": DaneServer(lambda _: (f"3 1 1 {_OLD}",), has_tls=False),
    "forweb": DaneServer(lambda _: (f"1 1 1 {_OLD}",)),
    "longhash": DaneServer(lambda _: (f"3 1 2 {_OLD * 2}",)),
    "none": DaneServer(lambda _: ()),
    "unsigned": DaneServer(lambda _: (f"3 1 1 {_OLD}",), is_signed=False),
}
FAULTS = {
    "dane-renewed.example": ("renewed",),
    "dane-whole-renewed.example": ("wholerenewed",),
    "dane-other-authority.example": ("otherauthority",),
    "dane-in-clear.example": ("inclear",),
    "dane-one-of-two.example": ("fits", "renewed"),
}
WELL = {
    "dane-fits.example": ("fits",),
    "dane-whole.example": ("whole",),
    "dane-exact.example": ("exact",),
    "dane-authority.example": ("authority",),
    "dane-rollover.example": ("rollover",),
    "dane-for-web.example": ("forweb",),
    "dane-long-hash.example": ("longhash",),
    "dane-none.example": ("none",),
    "dane-unsigned-host.example": ("unsigned",),
    "plain-domain.example": ("renewed",),
}


def build_world() -> DaneWorld:
    return DaneWorld(SERVERS, FAULTS | WELL)


CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, name, "mail.dane_broken" if name in FAULTS else HEALTHY, "dane", "mail"),
        is_fast=name in {"dane-renewed.example", "dane-rollover.example", "plain-domain.example"},
    )
    for name in FAULTS | WELL
)
