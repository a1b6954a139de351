"""The templates that are in use: ours and the operator's, read anew when a file was changed."""

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

_Stamp = tuple[tuple[str, int, int], ...]


class ReplyTemplates:
    """An operator's template takes the place of ours by the same name."""

    def __init__(self, own: Path | None) -> None:
        self._own, self._lock = own, threading.Lock()
        self._shipped: TemplateReading | None = None
        self._read: tuple[_Stamp, TemplateReading] | None = None

    def all(self) -> tuple[ReplyTemplate, ...]:
        """Every good template, by name."""
        return tuple(
            template for _, template in sorted({**self._ours(), **self._theirs().templates}.items())
        )

    def for_cause(self, code: str) -> tuple[ReplyTemplate, ...]:
        """Those that fit a cause, the closest first; then those for any ticket."""
        fitting = [(template.fits(code), template) for template in self.all()]
        fitting = [pair for pair in fitting if pair[0] >= 0]
        return tuple(template for _, template in sorted(fitting, key=lambda pair: -pair[0]))

    def mistakes(self) -> tuple[TemplateMistake, ...]:
        """What is wrong in the operator's files: those are not in use."""
        return self._theirs().mistakes

    def _ours(self) -> dict[str, ReplyTemplate]:
        with self._lock:
            if self._shipped is None:
                self._shipped = read_templates(SHIPPED)
            return dict(self._shipped.templates)

    def _theirs(self) -> TemplateReading:
        if self._own is None:
            return TemplateReading({}, ())
        stamp = _stamp_of(self._own)
        with self._lock:
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, read_templates(self._own, is_own=True)
            return self._read[1]


def _stamp_of(folder: Path) -> _Stamp:
    """What changes when a file does; files that vanish meanwhile count as gone."""
    stamps = []
    try:
        for file in sorted(folder.glob("*.yaml")):
            status = file.stat()
            stamps.append((file.name, status.st_mtime_ns, status.st_size))
    except OSError:
        pass
    return tuple(stamps)
