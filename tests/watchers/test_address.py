"""Which addresses count as public."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.address import AddressRule, is_public, unwrap


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "93.184.215.14",
        "2606:4700::1111",
        "2a00:1450:4007::200e",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
    ],
)
def test_public_addresses(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:0:10.0.0.1", "10.0.0.1"),
        ("64:ff9b::10.0.0.1", "10.0.0.1"),
        ("2002:a00:1::5", "10.0.0.1"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_what_an_address_carries(text: str, carried: str) -> None:
    assert unwrap(ip_address(text)) == ip_address(carried)


@given(st.ip_addresses())
def test_we_are_never_laxer_than_the_standard_library(address: object) -> None:
    plain = ip_address(str(address))
    if is_public(plain) and unwrap(plain) == plain:
        assert plain.is_global
        assert not plain.is_multicast


def test_own_hosts_are_literal_ones() -> None:
    rule = AddressRule(["127.0.0.0/8", "fd00::/8"])
    assert [rule.is_own_host(host) for host in ("127.3.2.1", "fd00::1", "localhost", "localhost.")] == [
        True
    ] * 4
    assert not rule.is_own_host("example.org")
    assert not rule.is_own_host("10.0.0.1")
    assert not AddressRule().is_own_host("localhost")
