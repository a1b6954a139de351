"""Keys of other tools that authors use by habit, with messages about ours."""

from __future__ import annotations

from typing import Final

from intake.authoring.messages import Phrase, cut, phrase
from intake.authoring.near_words import near_word

# Keys that are often given one word though they need a mapping, and how that is written.
WRITTEN_OUT: Final = {
    "link": '{{to: "{}", label: {{en: "…", ru: "…"}}}}',
    "picture": '{{file: {}, alt: {{en: "…", ru: "…"}}}}',
    "expect": "{{end: {}}}",
    "with": "{{name: {}}}",
    "given": "{{web: {{finding: {}}}}}",
    "week": '{{mon-sun: "{}"}}',
    "hours": '{{zone: Europe/Moscow, week: {{mon-fri: "{}"}}}}',
}
JUMPS: Final = frozenset({"goto", "go-to", "jump", "next", "next-step", "branch", "skip-to"})
LABELS: Final = frozenset(
    {"label", "text", "title", "name", "value", "caption", "надпись", "текст"}
)
# Keys of a question that aren't a choice's name unless their value has texts by language.
OF_THE_QUESTION: Final = frozenset(
    {"show-if", "answer-from", "if-measured", "dont-know", "required", "optional", "record"}
    | {"needs", "accept", "role", "kind", "page", "link", "picture"}
)
_OF_TICKET: Final = frozenset({"queue", "priority", "department", "assignee", "assign-to"})
_CHOSEN: Final = frozenset(
    {"default", "preselected", "pre-selected", "checked", "initial", "initial-value", "prefill"}
    | {"default-value"}
)
_SEVERAL: Final = frozenset(
    {"multiple", "multi", "multiselect", "multi-select", "allow-multiple", "several"}
)
_HIDES: Final = frozenset({"hide-if", "hidden-if", "skip-if", "unless", "show-unless", "not-if"})
_INSTEAD: Final = (
    (phrase("no-jumps", key=""), JUMPS),
    (phrase("no-hiding", key=""), _HIDES),
    (phrase("key-of-ticket", key=""), _OF_TICKET),
    (phrase("no-default", key=""), _CHOSEN),
    (phrase("several-answers", key=""), _SEVERAL),
    (phrase("name-behind-word", key=""), frozenset({"id", "name"})),
)


def words_for_key(key: str, allowed: list[str], *, is_list: bool) -> Phrase | None:
    """
    Return the message for another tool's key that checklists don't have, or None.

    `is_list`: the value is a list, such as that of JSON Schema's `enum`.
    """
    plain = key.lower().replace("_", "-").replace(" ", "-")
    if is_list and near_word(key, allowed) == "choices":
        return phrase("choices-renamed", key=cut(key))
    if "show-if" not in allowed:
        return None
    for words, keys in _INSTEAD:
        if plain in keys:
            return words.with_(key=cut(key))
    return None
