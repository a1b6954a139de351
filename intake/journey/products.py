"""The product that a case is about, and who fixes a finding in it."""

from __future__ import annotations

from diagnostics import Finding
from intake.journey.journey import Journey
from intake.journey.model import Id
from intake.journey.support_desk import Product


def product_of(journey: Journey) -> tuple[Id, Product] | None:
    """Return the product and its name, or None if it isn't known."""
    return journey.product


def fixer_of(journey: Journey, finding: Finding) -> str:
    """Return who fixes a finding of this case."""
    named = journey.product
    return named[1].fixer(finding.code, finding.fixer) if named else finding.fixer
