"""Checks that advice which may solve the problem says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.journey.steps import Tell

# An instruction within the text: a Russian imperative, an English verb that begins a clause (within
# a sentence many of these verbs are nouns), or a phrase such as "you can".
_MOVE: Final = re.compile(
    r"\b\w+(?:[аеиоуыяю]йте|ите|ьте|тесь|йтесь)\b"
    r"|\b(?:можно|надо|нужно|стоит|следует|достаточно|поможет|помогает|попробовать)\b"
    r"|\b(?:you (?:can|may|should|need to)|it helps|needs to be|has to be)\b"
    r"|(?:^|[.;:!?,]\s+|\b(?:and|then|just)\s+)"
    r"(?:add|ask|buy|call|change|check|choose|clear|click|close|connect|copy|delete|disable"
    r"|disconnect|download|edit|empty|enable|enter|fill|find|go|install|issue|let|log|look|make|move"
    r"|open|order|pay|plug|point|press|put|read|reboot|reload|remove|rename|renew|replace|reset"
    r"|restart|restore|run|save|select|send|set|sign|start|stop|switch|take|tap|top|try|turn"
    r"|undo|uninstall|unplug|update|upgrade|upload|use|wait|write)\b",
    re.IGNORECASE,
)


_NUMBERED: Final = re.compile(r"\s*(?:(?:step|шаг)\s+)?\d{1,2}[.):]\s", re.IGNORECASE)


def mistakes_of_advice(tell: Tell) -> Iterator[Mistake]:
    """Yield mistakes for numbered moves, and for advice without any instruction."""
    numbered = [
        (index, language, match[0].strip())
        for index, move in enumerate(tell.do)
        for language, line in move.lines.items()
        if (match := _NUMBERED.match(line))
    ]
    for index, language, number in numbered[:1]:
        here = ("do", index, language) if language else ("do", index)
        yield Mistake(here, phrase("move-numbered", words=number))
    if tell.solved != "offer" or tell.do or tell.about or tell.link:
        return
    texts = [text for text in (tell.text, tell.help) if text is not None]
    if not any(_MOVE.search(line) for text in texts for line in text.lines.values()):
        yield Mistake(("solved",), phrase("solved-without-moves"))
