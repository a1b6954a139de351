"""Whose limits a client's address counts against: nobody has as many as addresses."""

from __future__ import annotations

import pytest

from intake.ui.client_network import client_network


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("2001:db8::1", "2001:db8::a:b:c:d"),  # zeros within the /64 are written in two ways
        ("2001:db8:1::5", "2001:db8:1:0:5:6:7:8"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_every_address_of_one_customer_counts_as_one(address: str, other: str) -> None:
    """An IPv6 customer may call from any address of a /64, written in any way."""
    assert client_network(address) == client_network(other)


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("192.0.2.1", "192.0.2.2"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("local", "unknown"),
    ],
)
def test_another_customer_counts_apart(address: str, other: str) -> None:
    """One customer's limits must not be another's."""
    assert client_network(address) != client_network(other)
