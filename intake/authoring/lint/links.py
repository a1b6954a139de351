"""Whether a link leads where a customer's browser may be led."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.links import nearest_address
from intake.journey.steps import Ask, Tell

_BRACES = re.compile(r"\{[^{}]*\}")


def mistakes_of_link(step: Ask | Tell) -> Iterator[Mistake]:
    """A link's address is whole and of a kind that is safe; nothing is filled into it."""
    if step.link is None or step.link.is_safe:
        return
    if (value := _BRACES.search(step.link.to)) is not None:
        yield Mistake(("link", "to"), phrase("link-value", word=value[0]))
        return
    near = nearest_address(step.link.to)
    tail = phrase("did-you-mean", near=near) if near else phrase("none")
    yield Mistake(("link", "to"), phrase("link-address", word=cut(step.link.to), hint=tail), near)
