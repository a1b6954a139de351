"""The address for desks' webhooks: only what the desk signed gets in."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import insert
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.testclient import TestClient

from intake import database as db
from intake.bootstrap import Services
from intake.delivery.replies.standard_webhook import StandardReplies
from intake.outbox import DeskChanges
from intake.web.programs.desk_replies import DeskReplyRoutes
from tests.tickets import example

SECRET = "a-secret-of-the-desk-and-ours"


def test_a_signed_reply_stands_on_the_customers_page(client: TestClient, product: Services) -> None:
    _, draft_id = product.drafts.create(example.CHECKLIST, example.draft("en"))
    ticket = product.tickets.send(
        draft_id, lambda reference, _: example.ticket(example.draft("en"), reference=reference), ()
    )
    row = {
        "reference": ticket.reference, "desk": "own", "about": "", "state": "delivered",
        "attempts": 1, "created_at": "", "next_attempt_at": "", "receipt": "81",
    }  # fmt: skip
    with db.writing(product.engine) as connection:
        connection.execute(insert(db.outbox), row)
    readers = {"own": StandardReplies(SECRET)}
    routes = DeskReplyRoutes(readers, product.desk_replies, DeskChanges(product.engine))
    desk = TestClient(Starlette(routes=routes.routes()))
    data = {"id": "r-1", "ticket": "81", "text": "PHP is back <b>now</b>.", "is_public": True}
    body = json.dumps({"type": "reply.created", "data": data})
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "m-1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET.encode()).sign("m-1", now, body),
    }
    for _ in range(2):
        assert desk.post("/desks/own/replies", content=body, headers=headers).status_code == 204
    page = client.get(f"/t/{product.links.token(ticket.reference)}").text
    assert page.count("PHP is back &lt;b&gt;now&lt;/b&gt;.") == 1
    for name in ("own", "none", "..%2f"):
        assert desk.post(f"/desks/{name}/replies", content=body).status_code in {401, 404}
    assert desk.post("/desks/own/replies", content=b"x" * 1_100_000).status_code == 413
    for _ in range(25):
        last = desk.post("/desks/own/replies", content="{}")
    assert last.status_code == 429


def test_the_product_has_the_address(client: TestClient) -> None:
    assert client.post("/desks/email/replies", content="{}").status_code == 401
