"""Every route of the table, asked by everybody who must not have an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from intake.accounts.api_tokens import ApiScope
from intake.accounts.rights import Account, Right, StaffRole
from intake.bootstrap import Services
from intake.tickets import Ticket
from intake.ui.pages import PAGES
from intake.ui.staff_cookie import COOKIE
from intake.web import access
from intake.web.access import access_of, declare, require_declared_access
from intake.web.limits.gate import OWN_PREFIXES
from tests.staff import sign_in_as
from tests.tickets import example

# What anybody may ask for. A new one is added here on purpose, or its test fails.
OPEN = {
    "/",
    "/api/v1/openapi.json",
    "/begin",
    "/chat",
    "/chat/{sealed}",
    "/enter",
    "/favicon.ico",
    "/favicon.png",
    "/person",
    "/incident/{id}",
    "/pictures/{name}",
    "/robots.txt",
    "/staff",
    "/staff/leave",
    "/staff/name",
    "/staff/password",
}
REFUSED = {401, 403, 404, 410}


def own_routes(client: TestClient) -> list[Route]:
    app: Any = client.app
    return [route for route in app._user_routes if isinstance(route, Route)]


@pytest.fixture
def routes(client: TestClient) -> list[Route]:
    return own_routes(client)


@pytest.fixture(scope="module")
def ticket(product: Services) -> Ticket:
    """Somebody's ticket, with a file: whatever leads there shows its words."""
    _, draft_id = product.drafts.create(example.CHECKLIST, example.draft("en"))
    product.draft_files.add(draft_id, "shot", "secret.pdf", b"%PDF-1.4\n" + b"0" * 100)
    return product.tickets.send(
        draft_id,
        lambda reference, files: example.ticket(
            example.draft("en"), reference=reference, attachments=files
        ),
        (),
    )


def asked(client: TestClient, route: Route, place: dict[str, str], **more: Any) -> Iterator[Any]:
    """The answers to every method of a route, at the place that these parameters name."""
    path = route.path.replace(":path}", "}").format(**place)
    for method in (route.methods or {"GET"}) - {"HEAD"}:
        yield client.request(method, path, **more)


def at(ticket: Ticket) -> dict[str, str]:
    """A place that exists, for whoever may see it."""
    return {
        "reference": ticket.reference,
        "name": ticket.reference,
        "file": ticket.attachments[0].id,
        "token": ticket.reference,
        "job": "1",
    }


def test_every_route_says_who_may(routes: list[Route]) -> None:
    assert len(routes) > 30
    by_access = {route.path: access_of(route) for route in routes}
    nobodys = {f"{room}{{rest:path}}" for room in OWN_PREFIXES}
    assert {path for path, who in by_access.items() if who == access.EVERYBODY} == (
        OPEN | nobodys | {path for path in by_access if path.startswith("/brand/")}
    )
    for page in PAGES:
        assert by_access[page.path] == (page.right or access.EVERYBODY)


def test_a_route_that_says_nothing_stops_the_start() -> None:
    async def answer(_: object) -> Any:
        raise AssertionError

    with pytest.raises(LookupError, match="/new declares no access"):
        require_declared_access(
            [*declare(access.EVERYBODY, [Route("/old", answer)]), Route("/new", answer)]
        )


def test_a_stranger_gets_nothing_of_staffs(
    client: TestClient, product: Services, routes: list[Route], ticket: Ticket
) -> None:
    key = product.links.token(ticket.reference)
    strangers: list[dict[str, str]] = [
        {},
        {"Cookie": f"{COOKIE}=guess"},
        {"Cookie": f"{COOKIE}={key}; intake_sent={key}"},  # another kind of key is none
        {"Authorization": f"Bearer {key}"},
        {"Authorization": f"Bearer {product.staff_token}"},
        {"Cookie": f"{COOKIE}={product.staff_token}"},
    ]
    for route in routes:
        if isinstance(access_of(route), Right):
            for headers in strangers:
                for answer in asked(client, route, at(ticket), headers=headers):
                    assert answer.status_code == 401, (route.path, headers)
                    assert ticket.headline.en not in answer.text


@pytest.mark.parametrize("role", list(StaffRole))
def test_each_role_gets_what_it_may_and_no_more(
    client: TestClient, product: Services, routes: list[Route], ticket: Ticket, role: StaffRole
) -> None:
    headers = {"Cookie": f"{COOKIE}={sign_in_as(product, role)}"}
    account = Account("x", "X", frozenset({role}))
    for route in routes:
        right = access_of(route)
        if isinstance(right, Right):
            for answer in asked(client, route, at(ticket), headers=headers):
                is_refused = answer.status_code in {401, 403}
                assert is_refused != account.may(right), (route.path, right)


def test_a_customers_key_opens_its_own_ticket_alone(
    client: TestClient, product: Services, routes: list[Route], ticket: Ticket
) -> None:
    """Guessed keys, another ticket's key, and staff's cookie in place of a key."""
    _, draft_id = product.drafts.create(example.CHECKLIST, example.draft("en"))
    other = product.tickets.send(
        draft_id, lambda reference, _: example.ticket(example.draft("en"), reference=reference), ()
    )
    foreign = product.links.token(other.reference)
    own = product.links.token(ticket.reference)
    staff = {"Cookie": f"{COOKIE}={sign_in_as(product, StaffRole.ADMIN)}"}
    guesses = [ticket.reference, f"{ticket.reference}~", foreign[:-1], own[::-1], "1", "x" * 43]
    file = ticket.attachments[0].id
    for route in routes:
        if access_of(route) == access.BY_CUSTOMERS_KEY:
            for guess in guesses:
                place = {"token": guess, "name": guess, "file": file, "key": guess}
                for answer in asked(client, route, place, headers=staff, data={"text": "x"}):
                    assert answer.status_code in REFUSED | {303}, (route.path, guess)
                    assert ticket.headline.en not in answer.text
    assert client.get(f"/t/{own}/files/{file}").status_code == 200
    assert client.get(f"/t/{foreign}/files/{file}").status_code == 404


def test_a_workers_routes_take_a_workers_token_alone(
    client: TestClient, product: Services, routes: list[Route], ticket: Ticket
) -> None:
    others: list[dict[str, str]] = [
        {},
        {"Cookie": f"{COOKIE}={sign_in_as(product, StaffRole.ADMIN)}"},
        {"Authorization": f"Bearer {product.staff_token}"},
        {"Authorization": f"Bearer {product.links.token(ticket.reference)}"},
    ]
    for route in routes:
        if access_of(route) == access.BY_WORKERS_TOKEN:
            for headers in others:
                for answer in asked(client, route, at(ticket), headers=headers):
                    assert answer.status_code == 401, route.path


def test_a_desks_route_takes_what_the_desk_signed_alone(
    client: TestClient, product: Services, routes: list[Route]
) -> None:
    staff = {"Cookie": f"{COOKIE}={sign_in_as(product, StaffRole.ADMIN)}"}
    signed = [route for route in routes if access_of(route) == access.BY_DESKS_SIGNATURE]
    assert signed
    for route in signed:
        for headers in ({}, staff):
            for answer in asked(client, route, {"desk": "email"}, headers=headers):
                assert answer.status_code == 401, route.path


def test_a_programs_routes_take_a_token_with_their_scope_alone(
    client: TestClient, product: Services, routes: list[Route], ticket: Ticket
) -> None:
    strangers: list[dict[str, str]] = [
        {},
        {"Cookie": f"{COOKIE}={sign_in_as(product, StaffRole.ADMIN)}"},
        {"Authorization": f"Bearer {product.links.token(ticket.reference)}"},
    ]
    for route in routes:
        scope = access_of(route)
        if not isinstance(scope, ApiScope):
            continue
        lesser = [other for other in ApiScope if other not in {scope, ApiScope.READ_ALL}]
        for headers in strangers:
            for answer in asked(client, route, at(ticket), headers=headers):
                assert answer.status_code == 401, (route.path, headers)
        token = product.api_tokens.add("lesser", lesser)
        for answer in asked(
            client, route, at(ticket), headers={"Authorization": f"Bearer {token}"}
        ):
            assert answer.status_code == 403, route.path


def test_a_ticket_changed_by_a_guess_stays_as_it_was(product: Services, ticket: Ticket) -> None:
    after = product.tickets.get(ticket.reference)
    assert after is not None
    assert {entry.author for entry in after.conversation} <= {"system"}
