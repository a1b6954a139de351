"""Which product a case is about, and who mends what of it."""

from __future__ import annotations

from diagnostics import Finding
from intake.journey.journey import Journey
from intake.journey.model import Id
from intake.journey.support_desk import Product


def product_of(journey: Journey) -> tuple[Id, Product] | None:
    """The product by name, as far as it is known."""
    return journey.product


def fixer_of(journey: Journey, finding: Finding) -> str:
    """Who mends a finding of this case."""
    named = journey.product
    return named[1].fixer(finding.code, finding.fixer) if named else finding.fixer
