"""A worker contacts nothing inside, whatever the service, a name server or a site sends it to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from diagnostics import Options
from intake.vantages.worker_diagnosis import WorkerDiagnosis
from intake.vantages.worker_messages import WorkerJob
from tests.daemons.bind import BindServer
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NginxSite
from tests.diagnostics.test_canary import Canary, own_public_address
from tests.fakes.hostile_dns import HostileDnsServer

JOB_ID = "a-job-of-a-test-000"


@pytest.fixture
def canary() -> Iterator[Canary]:
    """At 127.0.0.1: the options of these tests allow one other address of loopback at most."""
    try:
        bird = Canary("127.0.0.1")
    except OSError as error:
        pytest.skip(f"ports 80 and 443 can't be had here: {error}")
    yield bird
    bird.close()
    assert bird.visits == 0


def answered(target: str, options: Options, *controls: str) -> str:
    job = WorkerJob(id=JOB_ID, kind="site", target=target, controls=controls)
    return WorkerDiagnosis(options).answer(job).verdict


def test_the_service_names_an_address_inside(canary: Canary) -> None:
    for target in (canary.address, f"http://{canary.address}/", "http://[::ffff:127.0.0.1]/"):
        assert answered(target, Options()) == "inconclusive"
    if own := own_public_address():
        assert answered(own, Options()) == "inconclusive"


def test_a_name_leads_inside(canary: Canary) -> None:
    with BindServer({"shop.example": f"@ IN A {canary.address}"}) as bind:
        options = Options(resolvers=(bind.resolver,))
        assert answered("https://shop.example/", options) == "fault"


def test_a_name_is_bound_anew_between_two_questions(canary: Canary) -> None:
    """DNS rebinding: the first answer may be dialled, every later one leads inside."""
    with NginxSite("return 200 ok;") as site:

        def rebind(query: dns.message.Message, count: int, is_tcp: bool) -> list[bytes]:  # noqa: FBT001 - the fake's own form
            del is_tcp
            asked = query.question[0]
            response = dns.message.make_response(query, recursion_available=True)
            if asked.rdtype == dns.rdatatype.A:
                address = canary.address if count > 2 else site.address
                record = dns.rrset.from_text(asked.name, 0, "IN", "A", address)
                response.answer.append(record)
            return [response.to_wire()]

        with HostileDnsServer(rebind, address=free_address()) as names:
            networks = (ip_network(f"{site.address}/32"),)
            options = Options(resolvers=(names.resolver,), allow_networks=networks)
            diagnosis = WorkerDiagnosis(options)
            for _ in range(3):
                diagnosis.answer(WorkerJob(id=JOB_ID, kind="site", target="http://shop.example/"))


def test_a_redirect_or_a_control_leads_inside(canary: Canary) -> None:
    with NginxSite(f"return 302 http://{canary.address}/;") as site:
        options = Options(allow_networks=(ip_network(f"{site.address}/32"),))
        inside = f"http://{canary.address}/"
        assert answered(f"http://{site.address}/", options, inside) == "fault"
