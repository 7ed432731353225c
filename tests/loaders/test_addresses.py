"""Addresses: one canonical text, and nothing repaired by guessing."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders.addresses import read_address


@pytest.mark.parametrize(
    ("literal", "address", "port"),
    [
        ("203.0.113.7", "203.0.113.7", None),
        (" 203.0.113.7 ", "203.0.113.7", None),
        ("203.0.113.7:40211", "203.0.113.7", 40211),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1", None),
        ("::ffff:203.0.113.7", "203.0.113.7", None),
        ("fe80::1%eth0", "fe80::1", None),
        ("203.0.113.007", None, None),
        ("203.0.113.0/24", None, None),
        ("203.0.113.256", None, None),
        ("203.0.113", None, None),
        ("3405803783", None, None),
        ("", None, None),
        ("somebody", None, None),
    ],
)
def test_readings(literal: str, address: str | None, port: int | None) -> None:
    reading = read_address(literal)
    assert (reading.address, reading.port, reading.literal) == (address, port, literal)


def test_padded_ipv4_may_be_octal() -> None:
    assert "may be octal" in read_address("203.0.113.007").notes[0]


def test_a_glued_port_out_of_range_is_left_out() -> None:
    reading = read_address("203.0.113.7:70000")
    assert (reading.address, reading.port) == ("203.0.113.7", None)
    assert "70000" in reading.notes[0]


@pytest.mark.parametrize("literal", ["10.1.2.3", "100.64.0.1", "192.168.1.1", "fc00::1", "127.0.0.1"])
def test_addresses_that_no_carrier_can_name_are_noted(literal: str) -> None:
    assert read_address(literal).private
    assert read_address(literal).notes


@pytest.mark.parametrize("literal", ["203.0.113.7", "2001:db8::1", "198.51.100.1", "100.128.0.1"])
def test_documentation_and_public_ranges_are_not_private(literal: str) -> None:
    assert not read_address(literal).private
    assert not read_address(literal).notes


@settings(deadline=None, max_examples=200)
@given(st.ip_addresses())
def test_every_address_comes_back(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    mapped = getattr(address, "ipv4_mapped", None)
    assert read_address(str(address)).address == str(mapped or address)
    if address.version == 6:
        assert read_address(address.exploded.upper()).address == str(mapped or address)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=20) | st.text(alphabet="0123456789.:[]%/abf", max_size=30))
def test_no_text_makes_it_raise(text: str) -> None:
    reading = read_address(text)
    if reading.address is None:
        assert reading.notes
    else:
        ipaddress.ip_address(reading.address)
