"""
The messages between the service and a probe worker: versioned JSON, limited in size both ways.

The worker asks for a job (POST /workers/next, answered by 200 with a job or 204), measures, and
posts its answer (POST /workers/jobs/ID). Each side treats the other's messages as untrusted.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Final, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from diagnostics import CODES, Verdict

WIRE_VERSION: Final = 1
POLL_S: Final = 25.0  # below the minute after which proxies end a silent request
JOB_LIVES_S: Final = 60.0  # a diagnosis and its control take 30 s at worst
MAX_MESSAGE_BYTES: Final = 8 * 1024
_MAX_TARGET: Final = 2048
_MAX_ADDRESSES: Final = 8
Message = TypeVar("Message", bound=BaseModel)


def _known_code(code: str) -> str:
    if code not in CODES:
        raise ValueError("no finding has this code")
    return code


def _normalise_address(text: str) -> str:
    return str(ip_address(text))


class WorkerJob(BaseModel):
    """One target to diagnose, as text: the worker resolves and judges it by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = WIRE_VERSION
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")
    kind: Literal["site", "server"]
    target: str = Field(min_length=1, max_length=_MAX_TARGET)
    controls: tuple[Annotated[str, Field(max_length=_MAX_TARGET)], ...] = Field(
        default=(), max_length=3
    )


class WorkerAnswer(BaseModel):
    """
    A worker's conclusions: words of closed lists, numbers and addresses, and no free text.

    `control` says whether a place known to work lacked this trouble; None if none was tried.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = WIRE_VERSION
    verdict: Verdict
    cause: Annotated[str, AfterValidator(_known_code)] | None = None
    control: Literal["works", "fails"] | None = None
    status: int | None = Field(default=None, ge=100, le=599)
    addresses: tuple[
        Annotated[str, Field(max_length=45), AfterValidator(_normalise_address)], ...
    ] = Field(default=(), max_length=_MAX_ADDRESSES)
    duration_s: float = Field(ge=0, le=JOB_LIVES_S)


def read_message(kind: type[Message], text: bytes) -> Message | None:
    """Parse a message; None if it is too long or not of this kind."""
    if len(text) > MAX_MESSAGE_BYTES:
        return None
    try:
        return kind.model_validate_json(text)
    except (ValidationError, RecursionError):
        return None


def write_message(message: BaseModel) -> bytes:
    """Return a message as JSON."""
    return message.model_dump_json().encode()
