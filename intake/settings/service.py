"""The group of settings: the service."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from diagnostics.texts import Language
from intake.settings.group import SettingsGroup
from intake.settings.values import ExistingPath, PageUrl, Proxies, ZoneName


class ServiceSettings(SettingsGroup):
    """Name, addresses, languages and folders of the service."""

    heading = "The service"

    name: str = Field(
        default="Support",
        min_length=1,
        max_length=60,
        description="The name of your support; shown on every page.",
    )
    data: Path = Field(
        default=Path("data"),
        description="The folder of the database, the staff token and the keys.",
    )
    address: str = Field(
        default="127.0.0.1",
        description="The address to listen on; a proxy with TLS belongs in front.",
    )
    port: int = Field(default=8501, ge=1, le=65535, description="The port to listen on.")
    public_url: PageUrl | None = Field(
        default=None,
        description=(
            "The address that customers open, including its path if there is one; used in "
            "links. Default: `http://localhost:PORT`."
        ),
    )
    trusted_proxies: Proxies = Field(
        default=(),
        description=(
            "Proxies whose X-Forwarded-For is trusted, as addresses or networks. Default: "
            "none, not even on this machine."
        ),
    )
    checklists: ExistingPath | None = Field(
        default=None, description="A folder of checklists to use instead of the included ones."
    )
    translations: ExistingPath | None = Field(
        default=None,
        description=(
            "A folder with texts in more languages, such as `de.yaml` (docs/languages.md)."
        ),
    )
    language: Language = Field(
        default="en",
        description="The language for readers whose browser asks for none that is available.",
    )
    timezone: ZoneName = Field(
        default="UTC", description="The time zone of customers whose browser doesn't report one."
    )
    answer_within_minutes: int | None = Field(
        default=None,
        ge=1,
        le=7 * 24 * 60,
        description=(
            "The response time that customers are promised (“we answer by 15:10”). Default: "
            "no promise."
        ),
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe messages that are logged."
    )

    @property
    def path_prefix(self) -> str:
        """The path at which customers open the product; "" at the root of a site."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def base_url(self) -> str:
        """The address at which customers open the product, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"
