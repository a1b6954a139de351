"""
The primitives for texts: languages, bilingual texts, catalogues, and text made safe to show.

Every room may import this one; it imports no other.
"""

from diagnostics.texts.catalogues import (
    build_catalogue,
    built_path,
    load_catalogue,
    yaml_files,
)
from diagnostics.texts.language import (
    LANGUAGES,
    PLURALS,
    BilingualText,
    CompleteLanguage,
    Language,
    as_language,
    is_translated,
    more_languages,
    served_languages,
    translated,
)
from diagnostics.texts.plurals import plural_form
from diagnostics.texts.suggestions import closest_match, did_you_mean
from diagnostics.texts.text_safety import (
    ELLIPSIS,
    cut,
    drop_hidden,
    escape_hidden,
    escape_hidden_json,
    escape_hidden_lines,
    is_hidden,
    json_text,
    one_line,
)

__all__ = [
    "ELLIPSIS",
    "LANGUAGES",
    "PLURALS",
    "BilingualText",
    "CompleteLanguage",
    "Language",
    "as_language",
    "build_catalogue",
    "built_path",
    "closest_match",
    "cut",
    "did_you_mean",
    "drop_hidden",
    "escape_hidden",
    "escape_hidden_json",
    "escape_hidden_lines",
    "is_hidden",
    "is_translated",
    "json_text",
    "load_catalogue",
    "more_languages",
    "one_line",
    "plural_form",
    "served_languages",
    "translated",
    "yaml_files",
]
