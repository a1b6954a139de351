"""The language of a request, among the languages that are served."""

from __future__ import annotations

from starlette.requests import Request

from diagnostics.texts import Language, served_languages


def preferred_language(header: str, default: Language) -> Language:
    """
    Return the language by Accept-Language, the highest weight first (RFC 9110, section 12.5.4).

    A reader of Belarusian, Kazakh, Ukrainian … who lists Russian gets Russian; one who lists
    neither gets `default`.
    """
    weighted = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        # Equal weights are ordered by their position in the header.
        name = tag.strip().lower().partition("-")[0]
        weighted.append((-_weight(parameters), place, name))
    served = served_languages()
    return next((tag for _, _, tag in sorted(weighted) if tag in served), default)


def language_of_request(request: Request, default: Language) -> Language:
    """Return the language of the address's `lang=`, or else the browser's preference."""
    asked = request.query_params.get("lang")
    if asked is not None and asked in served_languages():
        return asked
    return preferred_language(request.headers.get("accept-language", ""), default)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
