"""Which of our two languages a request prefers."""

from __future__ import annotations

from starlette.requests import Request

from diagnostics.texts import Language


def preferred(header: str, default: Language) -> Language:
    """
    Choose by Accept-Language, the highest weight first (RFC 9110, section 12.5.4).

    A reader of Belarusian, Kazakh, Ukrainian … who lists Russian gets Russian; who lists
    neither gets `default`.
    """
    weighted = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        # The place in the header decides between equal weights.
        weighted.append((-_weight(parameters), place, tag.strip().lower()[:2]))
    for _, _, tag in sorted(weighted):
        if tag == "en":
            return "en"
        if tag == "ru":
            return "ru"
    return default


def of_request(request: Request, default: Language) -> Language:
    """The address' own `lang=`, else the browser's preference."""
    asked = request.query_params.get("lang")
    if asked == "en":
        return "en"
    if asked == "ru":
        return "ru"
    return preferred(request.headers.get("accept-language", ""), default)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
