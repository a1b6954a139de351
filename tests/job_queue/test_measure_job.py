"""What a job says of a diagnosis: enough to measure, and nothing of a customer in clear text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from cryptography.fernet import Fernet

from diagnostics import Options, read_target
from intake.checks.shared_run import CheckRequest
from intake.database import StorageKeyMissing, use_encryption_keys
from intake.job_queue.measure_job import read_request, write_request

ASKED = CheckRequest(read_target("https://shop.example/cart", Options()).target, "site", None)


@pytest.fixture
def keys() -> Iterator[None]:
    use_encryption_keys([Fernet.generate_key().decode()])
    yield
    use_encryption_keys([])


def test_a_job_is_read_as_it_was_written() -> None:
    job = json.loads(json.dumps(write_request(ASKED)))  # as the queue keeps it
    assert read_request(**job) == ASKED
    assert "shop.example" in str(job)


def test_with_keys_a_job_names_no_target(keys: None) -> None:
    del keys
    job = json.loads(json.dumps(write_request(ASKED)))
    assert read_request(**job) == ASKED
    assert "shop.example" not in str(job)


def test_a_job_of_the_release_before_is_read(keys: None) -> None:
    del keys
    assert read_request("site", asdict(ASKED.target)) == ASKED


def test_a_job_for_other_keys_is_not_guessed(keys: None) -> None:
    del keys
    job = write_request(ASKED)
    use_encryption_keys([Fernet.generate_key().decode()])
    with pytest.raises(StorageKeyMissing):
        read_request(**job)
