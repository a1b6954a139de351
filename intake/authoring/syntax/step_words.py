"""Messages about a step whose first key isn't one of the step words."""

from __future__ import annotations

from intake.authoring.messages import Listed, Phrase, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.syntax.nesting import step_of_keys
from intake.authoring.syntax.sections import section_meant
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.steps import STEP_MODELS


def words_of_first_key(node: Node, listed: Listed) -> tuple[Phrase, str | None]:
    """Return the message about the first key of a step, and the likely word; `listed` are all."""
    first = next(iter(node.keys), "")
    if (begins := step_of_keys(node)) is not None:
        return phrase("step-first-key", first=first, word=begins), None
    near = near_word(first, STEP_MODELS)
    if near == "use" and (meant := section_meant(node, first)):
        return phrase("step-use", word=first, meant=meant), None
    tail = hint(first, STEP_MODELS) if near else phrase("none")
    return phrase("step-word", listed=listed, word=first, hint=tail), near
