"""Checks the working hours in `desk.yaml`: zones, days, times, dates, queues, priorities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args
from zoneinfo import available_timezones

from intake.authoring.messages import cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath, Priority
from intake.journey.support_desk import SupportDesk
from intake.journey.working_hours import (
    WorkingHours,
    is_in_order,
    read_dates,
    read_days,
    read_times,
    read_zone_name,
)


def mistakes_of_hours(hours: WorkingHours, desk: SupportDesk) -> Iterator[Mistake]:
    """Yield the mistakes under `hours`."""
    path: KeyPath = ("hours",)
    yield from _mistakes_of_zone(hours.zone, path)
    yield from _mistakes_of_week(hours.week, path)
    yield from _mistakes_of_dates(hours.holidays, path)
    for name, own in hours.queues.items():
        own_path = (*path, "queues", name)
        if desk.queues and name not in desk.queues:
            yield _no_queue(name, desk, own_path, on_key=True)
        yield from _mistakes_of_zone(own.zone, own_path)
        yield from _mistakes_of_week(own.week or {}, own_path)
        yield from _mistakes_of_dates(own.holidays or (), own_path)
    priorities = tuple(desk.priorities) or get_args(Priority)
    for index, row in enumerate(hours.always):
        row_path = (*path, "always", index)
        if row.queue is None and row.priority is None:
            yield Mistake(row_path, phrase("hours-always"))
        if row.queue is not None and desk.queues and row.queue not in desk.queues:
            yield _no_queue(row.queue, desk, (*row_path, "queue"))
        if row.priority is not None and row.priority not in priorities:
            tail = hint(row.priority, priorities)
            words = phrase("no-priority", word=cut(row.priority), hint=tail)
            near = near_word(row.priority, priorities)
            yield Mistake((*row_path, "priority"), words, near)


def _mistakes_of_zone(zone: str | None, path: KeyPath) -> Iterator[Mistake]:
    if zone is None or read_zone_name(zone) is not None:
        return
    # Never suggest MST for MSK: short zone names are legacy ones of other regions.
    near = near_word(zone, sorted(name for name in available_timezones() if "/" in name))
    tail = phrase("did-you-mean", near=near) if near else phrase("none")
    yield Mistake((*path, "zone"), phrase("hours-zone", word=cut(zone), hint=tail), near)


def _mistakes_of_week(week: Mapping[str, str], path: KeyPath) -> Iterator[Mistake]:
    known: set[int] = set()
    for name, text in week.items():
        row = (*path, "week", name)
        days, spans = read_days(name), read_times(text)
        if days is None:
            yield Mistake(row, phrase("hours-day", word=cut(name)), on_key=True)
        elif known & set(days) or len(set(days)) < len(days):
            yield Mistake(row, phrase("hours-day-twice", word=cut(name)), on_key=True)
        if spans is None:
            yield Mistake(row, phrase("hours-times", word=cut(text)))
        elif not is_in_order(spans):
            yield Mistake(row, phrase("hours-order", word=cut(text)))
        known.update(days or ())


def _mistakes_of_dates(dates: Iterable[str], path: KeyPath) -> Iterator[Mistake]:
    has_habit = False
    for index, text in enumerate(dates):
        is_habit = "." in text  # 31.12.2026: an author writes all dates so, which is one mistake
        if read_dates(text) is None and not (is_habit and has_habit):
            has_habit |= is_habit
            parts = [part.strip() for part in text.split(" to ")]
            if read_dates(turned := " to ".join(reversed(parts))) is not None:
                words = phrase("hours-dates-turned", word=cut(text), meant=turned)
                yield Mistake((*path, "holidays", index), words, turned)
                continue
            yield Mistake((*path, "holidays", index), phrase("hours-date", word=cut(text)))


def _no_queue(name: str, desk: SupportDesk, path: KeyPath, *, on_key: bool = False) -> Mistake:
    words = phrase("no-queue", word=cut(name), hint=hint(name, desk.queues))
    return Mistake(path, words, near_word(name, desk.queues), on_key=on_key)
