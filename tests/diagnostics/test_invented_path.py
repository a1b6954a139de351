"""A page that only reads like a stock page: an invented path of the same name decides."""

from __future__ import annotations

from diagnostics import Report
from tests.diagnostics.conftest import Lab, codes

HOST = "shop.example"
# It says what a stock page says, and has one link: a site's page or a host's, words don't tell.
DOUBTFUL = (
    "<title>Account suspended</title><h1>Account suspended</h1><p>The account is suspended until "
    "the hosting bill is paid. Contact support.</p><a href=/pay>Pay</a>"
)
BARE = "<title>Account suspended</title><h1>Account suspended</h1><p>Contact support.</p>"


def invented(report: Report) -> list[int | None]:
    """The answers to invented paths."""
    return [o.status for o in report.observations if o.probe == "http" and o.way == "invented"]


def asked(lab: Lab, inside: str, page: str) -> Report:
    site = lab.nginx(inside, pages={"index.html": page})
    lab.name(HOST, site.address)
    return lab.ask(f"http://{HOST}/")


def test_a_site_knows_no_invented_path(lab: Lab) -> None:
    report = asked(lab, "", DOUBTFUL)
    assert invented(report) == [404]
    assert report.verdict == "healthy"


def test_a_stock_page_answers_every_path(lab: Lab) -> None:
    report = asked(lab, "try_files /index.html =404;", DOUBTFUL)
    assert invented(report) == [200]
    assert codes(report)[0] == "http.suspended_page"


def test_a_bare_notice_needs_no_second_look(lab: Lab) -> None:
    report = asked(lab, "", BARE)
    assert invented(report) == []
    assert codes(report)[0] == "http.suspended_page"


def test_an_ordinary_page_costs_no_further_request(lab: Lab) -> None:
    report = asked(lab, "", "<title>Shop</title><h1>Shop</h1><a href=/a>A</a>")
    assert invented(report) == []
    assert report.verdict == "healthy"
