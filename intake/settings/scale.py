"""The settings for more than one process."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import DatabaseUrl


class ScaleSettings(SettingsGroup):
    """The database, workers, and how many customers a process serves (docs/installation.md)."""

    heading = "Database and processes"

    database_url: DatabaseUrl | None = Field(
        default=None,
        description=(
            "`postgresql://user:password@host/intake`, or another path for the SQLite file, "
            "such as `sqlite:////srv/i.db`."
        ),
    )
    job_queue: Literal["threads", "procrastinate"] = Field(
        default="threads",
        description=(
            "Who delivers, measures and deletes: threads of each process, or `intake worker` "
            "with the job queue procrastinate (PostgreSQL, `hosting-intake[scale]`)."
        ),
    )
    customers_at_once: int = Field(
        default=200,
        ge=10,
        le=2_000,
        description=(
            "Customers who may answer questions at the same time in one process, fewer while "
            "its pages are slow. The others wait in line, and can write to a person."
        ),
    )
    sessions_per_client: int = Field(
        default=300, ge=1, description="Open pages from one address (IPv6: one /64)."
    )

    @model_validator(mode="after")
    def _queue_has_postgresql(self) -> ScaleSettings:
        url = self.database_url.get_secret_value() if self.database_url else ""
        if self.job_queue == "procrastinate" and not url.startswith("postgresql"):
            raise ValueError(
                f"{PREFIX}JOB_QUEUE: procrastinate works on PostgreSQL; set INTAKE_DATABASE_URL to"
                " one, or INTAKE_JOB_QUEUE to threads"
            )
        return self
