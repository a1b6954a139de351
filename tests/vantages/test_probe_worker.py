"""A probe worker works for a service that mistrusts it: jobs, answers, tokens, trouble."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import ValidationError
from sqlalchemy import Engine

from diagnostics import VantageObservation
from intake.cli import app
from intake.settings import Settings
from intake.vantages.probe_worker import ServiceClient, ServiceUnavailableError, pull_pause_s
from intake.vantages.worker_diagnosis import WorkerDiagnosis
from intake.vantages.worker_messages import MAX_MESSAGE_BYTES, WorkerAnswer, WorkerJob, read_message
from tests.daemons.certificates import Authority
from tests.fakes.http_server import LoopbackServer, QuietHandler
from tests.vantages.worker_world import WorkerWorld, at_work
from tests.web.look_world import STEP, Site, new_database, served

REPOSITORY = Path(__file__).parents[2]
JOB_ID = "a-job-of-a-test-000"
HEALTHY = {"version": 1, "verdict": "healthy", "duration_s": 0.5}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return new_database(tmp_path_factory.mktemp("workers"))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def world(engine: Engine, site: Site) -> WorkerWorld:
    return WorkerWorld(engine, site.url)


@pytest.fixture
def service(world: WorkerWorld) -> Iterator[str]:
    with served(world.app) as url:
        yield url
        world.others.stop()


def post(url: str, token: str, body: Any = None) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body if body is not None else {})
    return requests.post(url, data=data, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def given_job(world: WorkerWorld, service: str, token: str) -> dict[str, Any]:
    """Ask for a job as a worker does, and be given the check's."""
    answers: list[requests.Response] = []
    asking = threading.Thread(target=lambda: answers.append(post(f"{service}/workers/next", token)))
    asking.start()
    world.wait_for_worker()
    world.ask()
    asking.join(30)
    job: dict[str, Any] = answers[0].json()
    return job


def test_a_worker_looks_and_the_check_says_from_where(world: WorkerWorld, service: str) -> None:
    token = world.workers.add("oslo", "Oslo")
    with at_work(service, token, world.options):
        world.wait_for_worker()
        world.ask()
        assert world.others.is_looking(world.draft_id, STEP)
        world.wait_for_views()
    (row,) = world.report.seen_from()
    assert row == {
        "viewer": "worker-oslo",
        "vantage": "worker",
        "place": "Oslo",
        "network": "127.0.0.0/24",
        "reached": True,
        "cause": None,
        "verified": True,
    }
    assert world.run.facts["seen-from"] == "everywhere"
    assert not world.others.is_looking(world.draft_id, STEP)
    assert world.workers.rows()[0].seen_at is not None


def test_without_a_worker_there_nothing_is_waited_for(world: WorkerWorld) -> None:
    world.ask()
    assert not world.others.is_looking(world.draft_id, STEP)


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic {token}", "{token}"])
def test_only_a_token_lets_in(world: WorkerWorld, service: str, header: str) -> None:
    token = world.workers.add("oslo", "Oslo")
    headers = {"Authorization": header.format(token=token)}
    for path in ("/workers/next", f"/workers/jobs/{JOB_ID}"):
        assert requests.post(service + path, headers=headers, timeout=30).status_code == 401


def test_guessing_tokens_ends_soon(service: str) -> None:
    codes = [post(f"{service}/workers/next", "wrong").status_code for _ in range(22)]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_a_token_is_stored_hashed_and_revoked_at_once(world: WorkerWorld, service: str) -> None:
    token = world.workers.add("oslo", "Oslo")
    assert world.workers.find(token) is not None
    newer = world.workers.add("oslo", "Oslo")
    assert world.workers.find(token) is None
    assert world.workers.remove("oslo")
    assert not world.workers.remove("oslo")
    assert post(f"{service}/workers/next", newer).status_code == 401
    for name, place in (("Oslo!", "Oslo"), ("oslo", ""), ("oslo", "a\nb")):
        with pytest.raises(ValueError, match=r"characters|letters"):
            world.workers.add(name, place)


def test_an_answer_fills_only_the_job_that_this_worker_was_given(
    world: WorkerWorld, service: str
) -> None:
    token, other = world.workers.add("oslo", "Oslo"), world.workers.add("rome", "Rome")
    job = given_job(world, service, token)
    path = f"{service}/workers/jobs/"
    assert post(path + JOB_ID, token, HEALTHY).status_code == 410
    assert post(path + job["id"], other, HEALTHY).status_code == 410
    assert post(path + job["id"], token, HEALTHY).status_code == 204
    assert post(path + job["id"], token, HEALTHY).status_code == 410
    assert [row["viewer"] for row in world.report.seen_from()] == ["worker-oslo"]


def test_a_lying_answer_is_refused_and_the_job_stays_open(world: WorkerWorld, service: str) -> None:
    token = world.workers.add("oslo", "Oslo")
    job = given_job(world, service, token)
    path = f"{service}/workers/jobs/{job['id']}"
    lies: list[Any] = [
        b"{",
        b"[" * 5000,
        b"x" * (MAX_MESSAGE_BYTES + 1),
        [],
        {},
        HEALTHY | {"version": 2},
        HEALTHY | {"verdict": "fine"},
        HEALTHY | {"cause": "net.invented"},
        HEALTHY | {"status": 9999},
        HEALTHY | {"status": "200"},
        HEALTHY | {"duration_s": -1},
        HEALTHY | {"duration_s": 1e9},
        HEALTHY | {"addresses": ["192.0.2.1<script>"]},
        HEALTHY | {"addresses": ["192.0.2.1"] * 9},
        HEALTHY | {"place": "Elsewhere"},
        HEALTHY | {"control": "perhaps"},
    ]
    codes = {post(path, token, lie).status_code for lie in lies}
    assert codes <= {413, 422}
    assert not world.report.seen_from()
    assert post(path, token, HEALTHY).status_code == 204


def test_a_job_names_the_target_as_text_and_no_address_of_ours(
    world: WorkerWorld, service: str
) -> None:
    job = given_job(world, service, world.workers.add("oslo", "Oslo"))
    assert job.keys() == {"version", "id", "kind", "target", "controls"}
    assert job["target"] == world.text


def test_views_of_an_earlier_measurement_say_nothing_of_a_later_one(world: WorkerWorld) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    old = VantageObservation(
        id="vantage-worker-oslo-site",
        started_at=before,
        duration_s=1.0,
        viewer="worker-oslo",
        vantage="worker",
        place="Oslo",
        asked="site",
        url=world.text,
        verdict="fault",
        cause="tcp.refused",
        control="works",
    )
    world.store.save(world.draft_id, STEP, world.text, [old])
    world.storage.take_views(world.draft_id, STEP)
    assert world.report.verdict == "healthy"
    assert not world.report.seen_from()


def test_a_target_has_a_budget_of_looks(world: WorkerWorld, service: str) -> None:
    token = world.workers.add("oslo", "Oslo")
    given_job(world, service, token)
    report = world.report
    for minute in range(1, 10):
        later = report.model_copy(update={"started_at": report.started_at + timedelta(0, minute)})
        world.others.ask(world.draft_id, world.run, later)
    assert len(world.jobs._queues["oslo"].jobs) == 3


def test_a_worker_survives_the_services_restart(world: WorkerWorld) -> None:
    token = world.workers.add("oslo", "Oslo")
    with served(world.app) as url:
        port = int(url.rpartition(":")[2])
        client = ServiceClient(url, token)
        waiting = threading.Thread(target=client.next_job, daemon=True)
        waiting.start()
        world.wait_for_worker()
        world.others.stop()
        waiting.join(30)
    assert not waiting.is_alive()
    with pytest.raises(ServiceUnavailableError):
        client.next_job()
    again = WorkerWorld(world.store._engine, world.text)
    with at_work(url, token, world.options), served(again.app, port=port):
        again.wait_for_worker()
        again.ask()
        again.wait_for_views()
        again.others.stop()
    assert again.report.seen_from()


def test_the_command_works_until_it_is_told_to_stop(world: WorkerWorld, service: str) -> None:
    token = world.workers.add("oslo", "Oslo")
    variables = {"INTAKE_SERVICE_URL": service, "INTAKE_WORKER_TOKEN": token}
    process = subprocess.Popen(
        [sys.executable, "-m", "intake", "probe-worker"],
        cwd=REPOSITORY,
        env=os.environ | variables | {"INTAKE_ALLOW_NETWORKS": "127.0.0.0/8"},
        stderr=subprocess.PIPE,
    )
    world.wait_for_worker()
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert b"Traceback" not in said
    assert token.encode() not in said


def test_a_token_goes_out_by_https_alone() -> None:
    told = {"worker_token": "t" * 40, "service_url": "http://help.example.com"}
    with pytest.raises(ValidationError, match="https"):
        Settings.model_validate(told)
    Settings.model_validate(told | {"service_url": "https://help.example.com"})


def test_pauses_grow_with_jitter_and_honour_what_the_service_asks() -> None:
    longest = [pull_pause_s(n, pick=lambda _, most: most) for n in range(1, 12)]
    assert longest[:3] == [2, 4, 8]
    assert max(longest) == 60
    assert pull_pause_s(5, pick=lambda least, _: least) == 0
    assert pull_pause_s(1, asked_s=30, pick=lambda least, _: least) == 30


class _OddService(LoopbackServer):
    """A service that says what it likes."""

    status, body = 200, b"{}"
    headers: tuple[tuple[str, str], ...] = ()


class _OddHandler(QuietHandler):
    protocol_version = "HTTP/1.0"  # bodies of no stated size: they end with the connection

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, _OddService)
        self.send_response(server.status)
        for name, value in server.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(server.body)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"{}", ()),
        (200, b"x" * 100_000, ()),
        (200, json.dumps({"version": 2, "id": JOB_ID, "target": "a", "kind": "site"}).encode(), ()),
        (302, b"", (("Location", "http://127.0.0.1:1/"),)),
        (401, b"", ()),
        (500, b"", ()),
        (503, b"", (("Retry-After", "7"),)),
    ],
)
def test_a_worker_believes_no_odd_service(
    status: int, body: bytes, headers: tuple[tuple[str, str], ...]
) -> None:
    odd = _OddService(_OddHandler)
    odd.status, odd.body, odd.headers = status, body, headers
    odd.start()
    client = ServiceClient(odd.origin, "token")
    with pytest.raises(ServiceUnavailableError) as caught:
        client.next_job()
    assert caught.value.pause_s == (7 if headers == (("Retry-After", "7"),) else None)
    odd.stop()


def test_the_services_certificate_is_judged(tmp_path: Path) -> None:
    """The operator's own roots count besides the public ones, and the name is compared."""
    authority = Authority(tmp_path)
    files = authority.issue("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    odd = _OddService(_OddHandler)
    odd.status, odd.body = 204, b""
    odd.socket = context.wrap_socket(odd.socket, server_side=True)
    odd.start()
    url = f"https://127.0.0.1:{odd.server_port}"
    assert ServiceClient(url, "token", ca_file=authority.file).next_job() is None
    by_name = url.replace("127.0.0.1", "localhost")
    for client in (
        ServiceClient(url, "token"),
        ServiceClient(by_name, "t", ca_file=authority.file),
    ):
        with pytest.raises(ServiceUnavailableError, match="SSL"):
            client.next_job()
    odd.stop()


def test_a_worker_judges_by_its_own_policy(world: WorkerWorld) -> None:
    """The service may name anything: what the worker may not dial stays untouched."""
    closed = WorkerDiagnosis(replace(world.options, allow_networks=()))
    for target in (world.text, "http://127.0.0.1/", "169.254.169.254", "http://[::1]/", "10.0.0.1"):
        job = WorkerJob(id=JOB_ID, kind="site", target=target)
        assert closed.answer(job) == WorkerAnswer(verdict="inconclusive", duration_s=0.0)


def test_a_control_tells_a_workers_own_trouble(world: WorkerWorld, site: Site) -> None:
    broken = Site("127.0.0.2")
    broken.stop()
    port = broken.server_address[1]
    ports = world.options.http_ports | {port}
    options = replace(world.options, http_ports=ports)
    job = WorkerJob(id=JOB_ID, kind="site", target=f"http://127.0.0.2:{port}/")
    assert WorkerDiagnosis(options).answer(job).control is None
    answer = WorkerDiagnosis(options, [site.url]).answer(job)
    assert (answer.verdict, answer.cause, answer.control) == ("fault", "tcp.refused", "works")
    same_trouble = WorkerDiagnosis(options, [f"http://127.0.0.3:{port}/"])
    assert same_trouble.answer(job).control == "fails"


def test_messages_fit_both_ways() -> None:
    longest = WorkerJob(
        id="x" * 64, kind="server", target="x" * 2048, controls=("y" * 1900, "z" * 1900)
    )
    assert read_message(WorkerJob, longest.model_dump_json().encode()) == longest
    assert read_message(WorkerAnswer, json.dumps(HEALTHY).encode()) is not None


def test_the_command_makes_lists_and_revokes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INTAKE_DATA", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str]:
        code = app(["workers", *arguments], standalone_mode=False)
        read = capsys.readouterr()
        return int(code or 0), read.out + read.err

    assert "There is no worker" in run("list")[1]
    token = run("add", "oslo", "--place", "Oslo")[1].strip()
    assert len(token) > 40
    assert token.encode() not in (tmp_path / "intake.db").read_bytes()
    assert "oslo  Oslo  never seen" in run("list")[1]
    assert run("remove", "oslo")[0] == 0
    assert run("remove", "oslo") == (2, "There is no worker oslo\n")
    assert run("add", "a b", "--place", "Oslo")[0] == 2
