"""The rules by which tickets are proposed as one incident: data, the operator's or ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intake.tickets.shared_infrastructure import SharedKind

SHIPPED_RULES: Final = Path(__file__).parent / "rules.yaml"
_MAX_BYTES: Final = 64 * 1024


class RuleFileError(ValueError):
    """A file of rules can't be used; the message says why, for the operator."""


class IncidentRule(BaseModel):
    """A rule: so many customers with the same cause at the same place within so many minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    same: SharedKind
    customers: int = Field(ge=2, le=1_000)
    minutes: int = Field(ge=5, le=1_440)

    @property
    def window(self) -> timedelta:
        """The time span in which the tickets must have been sent."""
        return timedelta(minutes=self.minutes)


_RULES: Final = TypeAdapter(tuple[IncidentRule, ...])


def read_rules(path: Path = SHIPPED_RULES) -> tuple[IncidentRule, ...]:
    """
    Return the rules of a file.

    Raises:
        RuleFileError: it can't be read, or a rule in it isn't allowed.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise RuleFileError(f"{path} is over 64 KB, and no file of rules")
        listed: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _RULES.validate_python(listed or ())
    except (OSError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path} can't be read ({error})") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RuleFileError(f"{path} is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RuleFileError(f"{path}, rule {place}: {first['msg']}") from error
