"""Checks `record`, `needs` and `must-have`: whether the items in them exist."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from intake.authoring.messages import cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.required_items import RECORDS, RequiredItem, required_items
from intake.journey.kinds import choices_of
from intake.journey.model import Head, KeyPath
from intake.journey.steps import Ask


def mistakes_of_required(
    ask: Ask, head: Head | None, written: AbstractSet[str]
) -> Iterator[Mistake]:
    """
    Yield the mistakes of a question's `record` and `needs`; `head` is None for a section.

    `written` are the keys under `must-have`, known even if the head has other mistakes.
    """
    items = {item.id: item for item in _items(head)}
    unread = written - items.keys()
    items |= {name: RequiredItem(name, phrase("none"), is_own=True) for name in unread}
    own = list(items) if head is None else [item.id for item in required_items(head)]
    for index, name in enumerate(ask.record):
        yield from _item(name, ("record", index), items, own or list(items))
    choices = choices_of(ask)
    for choice, needed in ask.needs.items():
        here: KeyPath = ("needs", choice)
        if choice in items and any(name in choices for name in needed):
            turned = phrase("needs-turned", item=choice, choice=cut(needed[0]))
            yield Mistake(here, turned, on_key=True)
            continue
        if choice not in choices:
            words = phrase("no-choice", word=cut(choice), name=ask.id, hint=hint(choice, choices))
            yield Mistake(here, words, near_word(choice, choices), on_key=True)
        for index, name in enumerate(needed):
            yield from _item(name, (*here, index), items, own or list(items))
            item = items.get(name)
            if item is not None and not _may_decide(ask, item):
                words = phrase("needs-unfit", item=name, name=ask.id)
                yield Mistake((*here, index), words)


def _items(head: Head | None) -> Iterator[RequiredItem]:
    """Yield all items, of both records: a section may serve checklists of either."""
    for of_record in RECORDS.values():
        yield from of_record
    if head is not None:
        yield from required_items(head)


def _item(
    name: str, path: KeyPath, items: dict[str, RequiredItem], known: list[str]
) -> Iterator[Mistake]:
    if name not in items:
        words = phrase("no-record", name=name, hint=hint(name, known))
        yield Mistake(path, words, near_word(name, known))


def _may_decide(ask: Ask, item: RequiredItem) -> bool:
    """Check whether a choice of this question may decide if an item is needed."""
    return item.is_own or item.follows in ask.record


def mistakes_of_must_have(head: Head) -> Iterator[Mistake]:
    """Yield a mistake for each item under `must-have` that the record has already."""
    of_record = {item.id for item in RECORDS[head.record]} if head.record is not None else set()
    for name in head.must_have:
        if name in of_record:
            yield Mistake(("must-have", name), phrase("must-have-twice", item=name), on_key=True)
