"""A reply template, and its text filled in for a ticket."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from jinja2 import Template, TemplateError

from intake.replies.allowed_syntax import ENVIRONMENT
from intake.tickets.conversation import MAX_TEXT

_LIMIT_S: Final = 1.0


class FillError(ValueError):
    """
    A text couldn't be filled in; `kind` is a key of `messages.yaml`, `name` is the missing value.

    missing: it needs something that this ticket doesn't have. too-long, too-slow: over a limit.
    """

    def __init__(self, kind: str, name: str = "") -> None:
        self.kind, self.name = kind, name
        super().__init__(f"{kind}: {name}")


@dataclass(frozen=True)
class ReplyTemplate:
    """
    A template: its file's name, its title for staff, the causes it is for, its text by language.

    `causes` are codes of findings, "http.*" is a family; none means any ticket.
    """

    name: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    causes: tuple[str, ...] = ()
    is_own: bool = field(default=False, compare=False)  # the operator's, not ours

    def fits(self, code: str) -> int:
        """
        Return how well it fits a cause: 2 exactly, 1 its family, 0 any ticket, -1
        another cause.
        """
        if not self.causes:
            return 0
        if code in self.causes:
            return 2
        return 1 if any(_is_in_family(code, cause) for cause in self.causes) else -1

    def fill(self, language: str, values: Mapping[str, Any]) -> str:
        """
        Return the text for one ticket in a language, else in English.

        Raises:
            FillError: a value is missing, or a limit is exceeded.
        """
        compiled = self._compiled[language if language in self.text else "en"]
        parts: list[str] = []
        until, length = time.monotonic() + _LIMIT_S, 0
        try:
            for part in compiled.generate(values):
                parts.append(part)
                length += len(part)
                if length > MAX_TEXT:
                    raise FillError("too-long")
                if time.monotonic() > until:
                    raise FillError("too-slow")
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            if isinstance(error, FillError):
                raise
            raise FillError("missing", str(error)[:200]) from error
        return "".join(parts).strip()

    @cached_property
    def _compiled(self) -> Mapping[str, Template]:
        return {name: ENVIRONMENT.from_string(text) for name, text in self.text.items()}


def _is_in_family(code: str, cause: str) -> bool:
    return cause.endswith(".*") and code.startswith(cause.removesuffix("*"))
