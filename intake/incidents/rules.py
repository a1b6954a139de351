"""The rules by which tickets are proposed as one incident: data, the operator's or ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from intake.tickets.shared_infrastructure import SharedKind

SHIPPED_RULES: Final = Path(__file__).parent / "rules.yaml"
_MAX_BYTES: Final = 64 * 1024
_BOUNDS: Final = {"customers": (2, 1_000), "minutes": (5, 1_440)}


class RuleFileError(ValueError):
    """A file of rules can't be used; the message says why, for the operator."""


class IncidentRule(BaseModel):
    """A rule: so many customers with the same cause at the same place within so many minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    same: SharedKind
    customers: int = Field(ge=_BOUNDS["customers"][0], le=_BOUNDS["customers"][1])
    minutes: int = Field(ge=_BOUNDS["minutes"][0], le=_BOUNDS["minutes"][1])

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
        line = _line_of(error)
        raise RuleFileError(
            f"{path}, line {line}: this can't be read as YAML; compare it with the example in"
            " docs/incidents.md"
        ) from error
    except ValidationError as error:
        raise RuleFileError(f"{path}{_words_of(error.errors()[0])}") from error


def _line_of(error: Exception) -> int:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return mark.line + 1 if mark is not None else 1


def _words_of(details: ErrorDetails) -> str:
    """What is wrong with a rule and what is written instead, behind the file's name."""
    place = details["loc"]
    if not place:
        return ": write a list of rules, each begun with '- '"
    number, key = int(place[0]) + 1, str(place[-1])
    if len(place) == 1:
        words = "a rule has same, customers and minutes, each with a colon"
    elif details["type"] == "literal_error":
        words = f"'{key}' is one of {', '.join(get_args(SharedKind))}"
    elif details["type"] == "missing":
        words = f"'{key}:' is missing; a rule has same, customers and minutes"
    elif details["type"] == "extra_forbidden":
        words = f"'{key}' isn't written; a rule has same, customers and minutes"
    else:
        least, most = _BOUNDS[key]
        words = f"'{key}' is a whole number from {least} to {most}"
    return f", rule {number}: {words}"
