"""Checks links: a safe, complete address, and a label that says where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.links import Link, nearest_address
from intake.journey.steps import Ask, Tell

# Screen readers list links without their context, where each of these could lead anywhere
# (WCAG 2.2, 2.4.9 and its failure F84).
_VAGUE = re.compile(
    r"\W*(?:(?:please )?(?:click|tap|press)(?: (?:here|this|the)(?: (?:link|button))?)?|here"
    r"|(?:this |the |open (?:this |the )?)?link|open|go"
    r"|(?:кликните|нажмите|жми(?:те)?|щ[её]лкните|тыкните|перейдите|перейти)(?: (?:сюда|здесь|тут"
    r"|(?:на |по )?(?:эту |этой )?(?:ссылку|ссылке|кнопку)))?|сюда|здесь|тут|(?:по )?ссылк[аеу]"
    r"|открыть(?: ссылку)?)\W*",
    re.IGNORECASE,
)
_SPACED = re.compile(r"https://\S+\s\S.*")
_BRACES = re.compile(r"\{[^{}]*\}")


def mistakes_of_link(step: Ask | Tell) -> Iterator[Mistake]:
    """Yield the mistakes of a step's link: its label and its address."""
    if step.link is None:
        return
    yield from _vague(step.link)
    if step.link.is_safe:
        return
    if (value := _BRACES.search(step.link.to)) is not None:
        yield Mistake(("link", "to"), phrase("link-value", word=value[0]))
        return
    near = nearest_address(step.link.to)
    tail = phrase("did-you-mean", near=near) if near else phrase("none")
    if _SPACED.fullmatch(step.link.to):
        near, tail = None, phrase("without-spaces")
    yield Mistake(("link", "to"), phrase("link-address", word=cut(step.link.to), hint=tail), near)


def _vague(link: Link) -> Iterator[Mistake]:
    """Yield one mistake for a vague label: the other language has the same button."""
    for language, line in link.label.lines.items():
        if _VAGUE.fullmatch(line):
            path = ("link", "label", language) if language else ("link", "label")
            yield Mistake(path, phrase("label-vague", words=cut(line)))
            return
