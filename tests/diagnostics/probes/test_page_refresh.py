"""Where a page leads by itself, and whether it loads itself again and again."""

from __future__ import annotations

import pytest

from diagnostics.probes.page_refresh import next_page, redirect_target

URL = "http://shop.example/"
META = '<meta http-equiv="refresh" content="{}">'


@pytest.mark.parametrize(
    ("markup", "header"),
    [
        (META.format("0"), ""),
        (META.format("0; url=/"), ""),
        (META.format("0;URL='http://shop.example/'"), ""),
        ("<p>One moment", "0"),
        ("<p>One moment", "0; url=/"),
        ("<p>Pots</p><script>location.reload()</script>", ""),
        ("<script type='text/javascript'> window.location.reload(true); </script>", ""),
        ("<script>window.location = '/';</script>", ""),
        ("<h1>Pots</h1><script>location.replace('http://shop.example/')</script>", ""),
    ],
)
def test_a_page_that_reloads_itself_leads_to_itself(markup: str, header: str) -> None:
    assert next_page(markup, header, URL) == URL


@pytest.mark.parametrize(
    ("markup", "header"),
    [
        (META.format("1"), ""),
        (META.format("30"), ""),
        (META.format("url=/"), ""),
        (META.format("0; url=#top"), ""),
        ("<p>Queue", "5"),
        (f"<!-- {META.format('0')} --><p>Pots", ""),
        (f"<noscript>{META.format('0')}</noscript><p>Pots", ""),
        (f"<script>document.cookie = 'a=1'</script>{META.format('0')}", ""),
        (f"<script src=/check.js></script>{META.format('0')}", ""),
        ("<script>if (!seen) { location.reload() }</script>", ""),
        ("<script>function again() { location.reload(); }</script><p>Pots", ""),
        ("<script>location.reload()</script><script src=/stop.js></script>", ""),
        ("<script>location.replace('#/home')</script>", ""),
        ("<p>Write <code>location.reload();</code>", ""),
        ("<script>location.reload()", ""),
        (f"{'<p>Pots' * 20_000}<script>location.reload()</script>", ""),
    ],
)
def test_a_page_that_may_stop_leads_nowhere(markup: str, header: str) -> None:
    assert next_page(markup, header, URL) is None


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/basket/#top", "http://shop.example/basket/"),
        ("?a=1", "http://shop.example/?a=1"),
        ("//cdn.example/x", "http://cdn.example/x"),
        ("https://shop.example//a///b", "https://shop.example//a///b"),
        # The program that wrote these knew no name of a host.
        ("http:///basket", "http://basket"),
        ("HTTPS:////basket", "HTTPS://basket"),
        ("///basket", "http://basket"),
        ("http://[", "http://["),
    ],
)
def test_a_location_leads_where_browsers_go(location: str, leads_to: str) -> None:
    assert redirect_target(URL, location) == leads_to
