"""Parse the answers of Globalping's API as untrusted text: only what we use, within limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from diagnostics import Address, Failure, VantageObservation
from diagnostics.texts import escape_hidden

MAX_ANSWER_BYTES: Final = 2 * 1024 * 1024  # a probe's result has up to 30 KB of raw text
_MAX_RESULTS: Final = 40
_MAX_CITY: Final = 40
_MAX_DURATION_S: Final = 60.0
_PROBE_FAILURES: Final = {"resolver", "internal"}


ApiAnswer = TypeVar("ApiAnswer", bound=BaseModel)


class _ApiDocument(BaseModel):
    """A part of an answer; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class CreatedMeasurement(_ApiDocument):
    """The id of a measurement that was accepted (202)."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _Probe(_ApiDocument):
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    city: str = ""
    asn: Annotated[int, Field(ge=0, le=2**32)]


class _Timings(_ApiDocument):
    total: float | None = None


class _Result(_ApiDocument):
    status: Literal["in-progress", "finished", "failed", "offline"]
    failure_source: str | None = Field(default=None, alias="failureSource")
    status_code: Annotated[int, Field(ge=100, le=599)] | None = Field(
        default=None, alias="statusCode"
    )
    address: str | None = Field(default=None, alias="resolvedAddress")
    timings: _Timings = _Timings()


class _ProbeResult(_ApiDocument):
    probe: _Probe
    result: _Result


class Measurement(_ApiDocument):
    """A measurement's state: every status but "in-progress" is final."""

    status: str
    results: tuple[_ProbeResult, ...] = Field(default=(), max_length=_MAX_RESULTS)

    @property
    def is_running(self) -> bool:
        """Whether results may still come."""
        return self.status == "in-progress"


def read_answer_as(kind: type[ApiAnswer], text: bytes) -> ApiAnswer | None:
    """Parse an answer; None if it isn't of this kind."""
    try:
        return kind.model_validate_json(text)
    except (ValidationError, RecursionError):
        return None


def observations_of(
    measurement: Measurement,
    *,
    url: str,
    started_at: datetime,
    is_forbidden: Callable[[Address], bool],
) -> tuple[VantageObservation, ...]:
    """
    Return each probe's observation of the site, without those that say nothing about it.

    A probe that is offline, still busy or reports its own trouble says nothing, nor does one whose
    resolver led it to an address that no public site has.
    """
    observations = []
    for number, item in enumerate(measurement.results, 1):
        observation = _observation(number, item, url, started_at, is_forbidden)
        if observation is not None:
            observations.append(observation)
    return tuple(observations)


def _observation(
    number: int,
    item: _ProbeResult,
    url: str,
    started_at: datetime,
    is_forbidden: Callable[[Address], bool],
) -> VantageObservation | None:
    probe, result = item.probe, item.result
    failure = None
    if result.status == "failed" and result.failure_source not in _PROBE_FAILURES:
        failure = Failure.FETCH_FAILED
    elif result.status != "finished" or result.status_code is None:
        return None
    address = _address(result.address)
    if address is not None and is_forbidden(address):
        return None
    viewer = f"globalping-{number}"
    city = escape_hidden(probe.city, _MAX_CITY).replace(",", " ")
    total_s = (result.timings.total or 0.0) / 1000
    return VantageObservation(
        id=f"vantage-{viewer}-site",
        started_at=started_at,
        duration_s=round(min(max(total_s, 0.0), _MAX_DURATION_S), 3),
        failure=failure,
        viewer=viewer,
        vantage="globalping",
        place=f"{city}, {probe.country}" if city else probe.country,
        network=f"AS{probe.asn}",
        asked="site",
        url=url,
        status=None if failure else result.status_code,
        addresses=(str(address),) if address is not None else (),
    )


def _address(text: str | None) -> Address | None:
    try:
        return ip_address(text or "")
    except ValueError:
        return None
