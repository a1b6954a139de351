"""The settings for more than one process."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from intake.settings.encryption import EncryptionSettings
from intake.settings.sources import PREFIX
from intake.settings.values import DatabaseUrl


class ScaleSettings(EncryptionSettings):
    """Who works beside the web processes (docs/operating.md)."""

    database_url: DatabaseUrl | None = Field(
        default=None,
        description=(
            "`postgresql://user:password@host/intake`, or another place for the SQLite file, like"
            " `sqlite:////srv/i.db`."
        ),
    )
    job_queue: Literal["threads", "procrastinate"] = Field(
        default="threads",
        description=(
            "Who delivers, measures and deletes: threads of each process, or `intake worker` by"
            " the job queue procrastinate (PostgreSQL, `hosting-intake[scale]`)."
        ),
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
