"""The options of a desk in the operator's file: its address, its key, its names for ours."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from diagnostics.texts import Language, closest_match
from intake.delivery.desk_mapping import FACTS, DeskMapping

_LOCAL_HOSTS = frozenset({"localhost", "::1"})


def _secret(value: object) -> object:
    """
    Return a secret that is written as it is, or read it from its file or environment
    variable.
    """
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"file"}:
        path = Path(str(value["file"]))
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise ValueError(f"{path} can't be read ({why})") from None
    if set(value) == {"env"}:
        name = str(value["env"])
        if not os.environ.get(name):
            raise ValueError(f"the variable {name} is not set")
        return os.environ[name]
    raise ValueError("write the secret itself, {file: PATH} or {env: NAME}")


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise ValueError("write the desk's address, like https://desk.example.com")
    is_here = parts.hostname in _LOCAL_HOSTS or parts.hostname.startswith("127.")
    if parts.scheme == "http" and not is_here:
        raise ValueError("write it with https: its key must not travel in clear text")
    return value.rstrip("/")


def _names(value: object) -> object:
    """Return names with keys and values as text."""
    if isinstance(value, Mapping):
        return {str(name): str(part) for name, part in value.items()}
    return value


def _fields(value: object) -> object:
    names = _names(value)
    if isinstance(names, Mapping):
        for name in names:
            if name not in FACTS:
                match = closest_match(name, FACTS)
                hint = f"did you mean '{match}'?" if match else f"these are: {', '.join(FACTS)}"
                raise ValueError(f"'{name}' is no fact of a ticket; {hint}")
    return names


def _queues(value: object) -> object:
    return (value,) if isinstance(value, str) else value


SecretText = Annotated[SecretStr, BeforeValidator(_secret)]
DeskUrl = Annotated[str, AfterValidator(_url)]
DeskNames = Annotated[Mapping[str, str], BeforeValidator(_names)]
Fields = Annotated[Mapping[str, str], BeforeValidator(_fields)]
QueueNames = Annotated[tuple[str, ...], BeforeValidator(_queues)]
DeskNumber = Annotated[str, BeforeValidator(str)]


class DeskOptions(BaseModel):
    """The options of every desk; a kind of desk adds its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    takes: QueueNames = Field(
        default=(), description="The queues whose tickets go here; all of them by default."
    )
    queues: DeskNames = Field(
        default_factory=dict,
        description="Its name or number for each queue, `otherwise` for the rest.",
    )
    priorities: DeskNames = Field(
        default_factory=dict,
        description="Its word or number for each priority, `otherwise` as well.",
    )
    fields: Fields = Field(
        default_factory=dict, description=f"Its own fields by what fills them: {', '.join(FACTS)}."
    )
    language: Language | None = Field(
        default=None, description="The language of its staff; by default each ticket's own."
    )
    without_email: str = Field(
        default="", description="The requester's address where a customer left only a number."
    )
    search_lag_s: float | None = Field(
        default=None, ge=0, le=86_400, description="Seconds that its search may be behind; 660."
    )
    reply_secret: SecretText | None = Field(
        default=None, description="Signs its webhook with agents' replies, where it has one."
    )
    replies_by_mail: bool = Field(
        default=False,
        description="Whether it gets an address for each ticket to copy agents' replies to.",
    )
    timeout_s: float = Field(default=20.0, gt=0, le=120, description="Seconds for one request.")
    ca_file: Path | None = Field(default=None, description="A PEM file of roots to trust instead.")

    def mapping(
        self, base_url: str = "", usual_priorities: Mapping[str, str] | None = None
    ) -> DeskMapping:
        """
        Return the part that composing its tickets needs; the operator's priorities override the
        usual ones.
        """
        return DeskMapping(
            queues=self.queues,
            priorities={**(usual_priorities or {}), **self.priorities},
            fields=self.fields,
            language=self.language,
            base_url=base_url,
            without_email=self.without_email,
        )

    def client_options(self) -> dict[str, Any]:
        """Return the keyword arguments for the HTTP client."""
        return {
            "timeout_s": self.timeout_s,
            "ca_file": str(self.ca_file) if self.ca_file else None,
        }
