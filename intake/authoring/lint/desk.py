"""Checks `desk.yaml`, and whether a checklist's queues, priorities and products are declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from diagnostics import CODES, FINDING_LAYERS, Fixer, as_address
from diagnostics.texts import LANGUAGES
from intake.authoring.lint.texts import mistakes_of_texts
from intake.authoring.lint.working_hours import mistakes_of_hours
from intake.authoring.messages import cut, hint, hint_of, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import Head, KeyPath, Priority, Row, Text, TicketRules
from intake.journey.steps import OF_PRODUCT, Ask, Check
from intake.journey.support_desk import SupportDesk

_FAMILIES: Final = tuple(f"{layer}.*" for layer in FINDING_LAYERS)


def mistakes_of_desk(desk: SupportDesk, root: Node) -> Iterator[Mistake]:
    """Yield the mistakes in `desk.yaml` once its keys are valid."""
    yield from mistakes_of_texts(desk, root, LANGUAGES)
    if desk.product is not None and desk.product not in desk.products:
        yield _no_product(desk.product, desk, ("product",))
    if desk.hours is not None:
        yield from mistakes_of_hours(desk.hours, desk)
    for key, labels in (("queues", desk.queues), ("priorities", desk.priorities)):
        yield from _same_labels(key, labels)
    for name, product in desk.products.items():
        for index, text in enumerate(product.addresses):
            if as_address(text) is None:
                path: KeyPath = ("products", name, "addresses", index)
                yield Mistake(path, phrase("no-address", word=cut(text)))
        for key in product.fixed_by:
            if key not in CODES and key not in _FAMILIES and key not in get_args(Fixer):
                yield _no_finding(name, key)


def _same_labels(key: str, labels: Mapping[str, Text]) -> Iterator[Mistake]:
    """Yield a mistake for two queues or priorities with one label."""
    first: dict[tuple[str, str], str] = {}
    for name, text in labels.items():
        for language, line in text.lines.items():
            other = first.setdefault((language, line.strip().casefold()), name)
            if other != name:
                words = phrase("desk-label-twice", label=cut(line), other=other)
                yield Mistake((key, name), words, on_key=True)
                break


def _no_finding(product: str, key: str) -> Mistake:
    known = (*CODES, *_FAMILIES, *get_args(Fixer))
    near = near_word(key, known)
    tail = phrase("did-you-mean", near=near) if near else phrase("none")
    words = phrase("no-finding", word=cut(key), hint=tail)
    return Mistake(("products", product, "fixed-by", key), words, near, on_key=True)


def mistakes_of_declared(head: Head, desk: SupportDesk) -> Iterator[Mistake]:
    """Yield a mistake for each queue and product of a checklist that isn't declared."""
    if desk.queues:
        for index, row in enumerate(head.ticket.queue):
            key = "is" if row.otherwise is None else "otherwise"
            word = row.is_ if row.otherwise is None else row.otherwise
            if isinstance(word, str) and word.strip() and word not in desk.queues:
                near = name_of_label(word, desk.queues) or near_word(word, desk.queues)
                tail = hint_of(near, word, desk.queues)
                words = phrase("no-queue", word=cut(word), hint=tail)
                yield Mistake(("ticket", "queue", index, key), words, near)
    if head.product is not None and head.product not in desk.products:
        yield _no_product(head.product, desk, ("product",))


def name_of_label(word: str, declared: Mapping[str, Text]) -> str | None:
    """Return the declared name of a label in any language: `servers` for «Серверы»; else None."""
    plain = word.strip().casefold()
    for name, text in declared.items():
        if plain in {line.casefold() for line in text.lines.values()}:
            return name
    return None


def mistakes_of_expected_product(check: Check, desk: SupportDesk) -> Iterator[Mistake]:
    """Yield a mistake for `expect: product` if no product declares addresses."""
    # In a check of another kind `expect` itself is reported as a mistake.
    if check.diagnose != "site":
        return
    if check.expect == OF_PRODUCT and not any(
        product.addresses for product in desk.products.values()
    ):
        yield Mistake(("expect",), phrase("no-addresses"))


def tables_with_slips(ticket: TicketRules, desk: SupportDesk | None) -> frozenset[str]:
    """Return the names of the tables that have an undeclared queue or priority."""
    if desk is None:
        return frozenset()
    tables = (
        ("queue", ticket.queue, tuple(desk.queues)),
        ("priority", ticket.priority, tuple(desk.priorities) or get_args(Priority)),
    )
    return frozenset(
        name
        for name, rows, declared in tables
        if declared and not set(map(_word_of, rows)) <= set(declared)
    )


def _word_of(row: Row) -> str:
    return str(row.is_ if row.otherwise is None else row.otherwise)


def mistakes_of_product_choices(ask: Ask, desk: SupportDesk) -> Iterator[Mistake]:
    """Yield a mistake for each choice of a product question that isn't a product."""
    if ask.role != "product":
        return
    if not desk.products:
        yield Mistake(("role",), phrase("no-products", word="product"))
        return
    for choice in ask.choices:
        if choice not in desk.products:
            yield _no_product(choice, desk, ("choices", choice), on_key=True)


def _no_product(name: str, desk: SupportDesk, path: KeyPath, *, on_key: bool = False) -> Mistake:
    if not desk.products:
        return Mistake(path, phrase("no-products", word=cut(name)), on_key=on_key)
    words = phrase("no-product", word=cut(name), hint=hint(name, desk.products))
    return Mistake(path, words, near_word(name, desk.products), on_key=on_key)
