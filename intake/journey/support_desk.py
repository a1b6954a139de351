"""What a support department declares once for all its checklists, in `desk.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from diagnostics import Fixer
from intake.journey.model import Id, Model, Text
from intake.journey.working_hours import WorkingHours


def fixer_from_table(fixed_by: Mapping[str, str], code: str, usual: str) -> str:
    """Return who fixes a finding: by its code in the table, else its family, else `usual`."""
    family = f"{code.partition('.')[0]}.*"
    named = (fixed_by.get(key) for key in (code, family, usual))
    return next((fixer for fixer in named if fixer is not None), usual)


class Product(Model):
    """Something that customers have bought, and who fixes what in it."""

    title: Text = Field(description="what staff and customers call it")
    fixed_by: dict[str, Fixer] = Field(
        default_factory=dict,
        description="who mends what, where it isn't who it usually is: `finding: who`, "
        "`family.*: who`, or `who: who` for whatever the first would mend; who is `customer`, "
        "`hosting`, `registrar` or `network`, and `hosting` is you",
    )
    addresses: Annotated[tuple[str, ...], Field(strict=False, max_length=20)] = Field(
        default=(),
        description="every address at which its sites answer; a check with `expect: product` tells "
        "a name that leads to none of them (`dns.wrong_address`)",
    )

    def fixer(self, code: str, usual: str) -> str:
        """Return who fixes a finding: by its code, else by its family, else `usual`."""
        return fixer_from_table(self.fixed_by, code, usual)


class SupportDesk(Model):
    """The content of `desk.yaml`; each key may be left out."""

    queues: dict[Id, Text] = Field(
        default_factory=dict,
        description="every queue that a checklist may name, as `name: what staff call it`",
    )
    priorities: dict[Id, Text] = Field(
        default_factory=dict,
        description="every priority that a checklist may name, the most urgent first; without "
        "them `urgent`, `high`, `normal` and `low`",
    )
    products: dict[Id, Product] = Field(
        default_factory=dict, description="what customers have bought, by name"
    )
    hours: WorkingHours | None = Field(
        default=None, description="when somebody answers; without it every minute counts"
    )
    product: Id | None = Field(
        default=None, description="the product where neither checklist nor customer names one"
    )
