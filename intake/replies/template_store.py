"""
The templates in use, ours and the operator's; the operator's are read again when a file
changes.
"""

from __future__ import annotations

import threading
from pathlib import Path

from intake.replies.template import ReplyTemplate
from intake.replies.template_files import (
    SHIPPED,
    TemplateMistake,
    TemplateReading,
    read_templates,
)

_FolderState = tuple[tuple[str, int, int], ...]


class ReplyTemplates:
    """The templates in use; an operator's template replaces ours of the same name."""

    def __init__(self, own: Path | None) -> None:
        self._own, self._lock = own, threading.Lock()
        self._shipped: TemplateReading | None = None
        self._read: tuple[_FolderState, TemplateReading] | None = None

    def all(self) -> tuple[ReplyTemplate, ...]:
        """Return every good template, by name."""
        return tuple(
            template
            for _, template in sorted(
                {**self._shipped_templates(), **self._own_templates().templates}.items()
            )
        )

    def for_cause(self, code: str) -> tuple[ReplyTemplate, ...]:
        """Return the templates that fit a cause, the closest first; then those for any ticket."""
        fitting = [(template.fits(code), template) for template in self.all()]
        fitting = [pair for pair in fitting if pair[0] >= 0]
        return tuple(template for _, template in sorted(fitting, key=lambda pair: -pair[0]))

    def mistakes(self) -> tuple[TemplateMistake, ...]:
        """Return the mistakes in the operator's files, whose templates are not in use."""
        return self._own_templates().mistakes

    def _shipped_templates(self) -> dict[str, ReplyTemplate]:
        with self._lock:
            if self._shipped is None:
                self._shipped = read_templates(SHIPPED)
            return dict(self._shipped.templates)

    def _own_templates(self) -> TemplateReading:
        if self._own is None:
            return TemplateReading({}, ())
        stamp = _folder_state(self._own)
        with self._lock:
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, read_templates(self._own, is_own=True)
            return self._read[1]


def _folder_state(folder: Path) -> _FolderState:
    """Return a value that changes when a file does; files that vanish meanwhile count as gone."""
    stamps = []
    try:
        for file in sorted(folder.glob("*.yaml")):
            status = file.stat()
            stamps.append((file.name, status.st_mtime_ns, status.st_size))
    except OSError:
        pass
    return tuple(stamps)
