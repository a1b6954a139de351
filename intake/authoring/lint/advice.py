"""Whether advice that may help says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.journey.steps import Tell

# A move within the text: a Russian imperative, or a verb with which an English one begins; within a
# sentence many of these verbs are nouns.
_MOVE: Final = re.compile(
    r"\b\w+(?:[аеиоуыяю]йте|ите|ьте|тесь|йтесь)\b"
    r"|(?:^|[.;:!?,]\s+|\b(?:and|then|just)\s+)"
    r"(?:add|ask|buy|call|change|check|choose|clear|click|close|connect|copy|delete|disable"
    r"|disconnect|download|edit|empty|enable|enter|fill|find|go|install|issue|let|log|look|make|move"
    r"|open|order|pay|plug|point|press|put|read|reboot|reload|remove|rename|renew|replace|reset"
    r"|restart|restore|run|save|select|send|set|sign|start|stop|switch|take|tap|top|try|turn"
    r"|undo|uninstall|unplug|update|upgrade|upload|use|wait|write)\b",
    re.IGNORECASE,
)


def mistakes_of_advice(tell: Tell) -> Iterator[Mistake]:
    """Advice that offers "It works now" and says nothing that could make it work."""
    if tell.solved != "offer" or tell.do or tell.about or tell.link:
        return
    texts = [text for text in (tell.text, tell.help) if text is not None]
    if not any(_MOVE.search(line) for text in texts for line in text.lines.values()):
        yield Mistake(("solved",), phrase("solved-without-moves"))
