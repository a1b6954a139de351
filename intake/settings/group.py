"""The base of every group of settings."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class SettingsGroup(BaseModel):
    """Settings about one subject. `heading` stands above them in docs/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: ClassVar[str]
