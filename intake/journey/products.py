"""Which product a case is about, and who mends what of it."""

from __future__ import annotations

from diagnostics import Finding
from intake.journey.journey import Journey
from intake.journey.model import Id
from intake.journey.support_desk import Product


def product_of(journey: Journey) -> tuple[Id, Product] | None:
    """
    The product by name, as far as it is known.

    What the customer or the panel answers counts before what the checklist is about, and that
    before the department's usual one.
    """
    checklist = journey.checklist
    answers = (journey.lookup(ask.id) for ask in checklist.asks_with_role("product"))
    for name in (*answers, checklist.head.product, checklist.desk.product):
        if isinstance(name, str) and (product := checklist.desk.products.get(name)):
            return name, product
    return None


def fixer_of(journey: Journey, finding: Finding) -> str:
    """Who mends a finding of this case."""
    named = product_of(journey)
    return named[1].fixer(finding.code, finding.fixer) if named else finding.fixer
