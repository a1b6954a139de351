"""Find the syntax error at which browsers stop in a page that is sent as XML."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from xml.parsers import expat

from diagnostics.texts import escape_hidden

_XHTML = "application/xhtml+xml"
_MAX_DETAIL = 120


class _OwnEntitiesError(Exception):
    """The page declares entities of its own, which we don't expand."""


def xml_error_of(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the error at which browsers stop; "" without one, and for pages that aren't XML."""
    kind = Message()
    kind["content-type"] = headers.get("content-type", "")
    if kind.get_content_type() != _XHTML:
        return ""
    return escape_hidden(find_xml_error(body, str(kind.get_param("charset") or "")), _MAX_DETAIL)


def find_xml_error(body: bytes, charset: str) -> str:
    """
    Return the first syntax error with its line (XML 1.0, section 2.1); "" without one.

    If the page names the DTD of XHTML, the entities of HTML are known, as for browsers (HTML,
    section 14.2). A page with entities of its own isn't judged. Nothing is loaded or expanded.
    """
    parser = expat.ParserCreate(charset or None)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
    parser.UseForeignDTD(True)
    parser.ExternalEntityRefHandler = lambda *_: 1
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except _OwnEntitiesError:
        return ""
    except (expat.ExpatError, LookupError) as error:
        # An encoding that expat doesn't know is no error of the page.
        is_encoding = getattr(error, "code", None) in _ENCODING_ERRORS
        return "" if is_encoding or isinstance(error, LookupError) else str(error)[:_MAX_DETAIL]
    return ""


_ENCODING_ERRORS = {
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
}


def _refuse(*_: object) -> None:
    raise _OwnEntitiesError
