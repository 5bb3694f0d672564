"""Which name servers are asked at all: those on the public internet."""

import pytest

from programme.dns import public_only

PUBLIC = {
    "9.9.9.9": "an address of IPv4",
    "2620:fe::fe": "an address of IPv6",
    "::ffff:9.9.9.9": "an IPv4-mapped address",
    "64:ff9b::909:909": "9.9.9.9 by NAT64",
    "2002:909:909::1": "9.9.9.9 by 6to4",
}
INSIDE = {
    "0.1.2.3": "this network",
    "127.0.0.1": "this machine",
    "::1": "this machine",
    "::": "this machine",
    "::ffff:127.0.0.1": "this machine, IPv4-mapped",
    "10.0.0.1": "a private network",
    "172.16.0.1": "a private network",
    "192.168.1.1": "a private network",
    "fd00::1": "a private network",
    "100.64.0.1": "a provider's network",
    "169.254.169.254": "this link",
    "fe80::1": "this link",
    "fe80::1%eth0": "this link",
    "fec0::1": "site-local",
    "192.0.0.8": "a dummy address (RFC 7600)",
    "192.0.2.1": "documentation",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation (RFC 9637)",
    "198.18.0.1": "benchmarks",
    "224.0.0.1": "all machines on this link",
    "239.1.1.1": "a group within an organisation",
    "ff02::1": "all machines on this link",
    "ff0e::1": "a group",
    "240.0.0.1": "kept for later",
    "255.255.255.255": "everybody on this link",
    "5f00::1": "segments of a route (RFC 9602)",
    "::a00:1": "10.0.0.1, IPv4-compatible",
    "::ffff:10.0.0.1": "10.0.0.1, IPv4-mapped",
    "64:ff9b::a00:1": "10.0.0.1 by NAT64",
    "64:ff9b::e000:1": "224.0.0.1 by NAT64",
    "64:ff9b:1::a00:1": "10.0.0.1 by a NAT64 of one's own (RFC 8215)",
    "2002:a00:1::": "10.0.0.1 by 6to4",
    "2002:a9fe:a9fe::": "169.254.169.254 by 6to4",
    "2001:0:a00:1::": "by Teredo",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_server_on_the_public_internet_is_asked(address: str) -> None:
    assert public_only(address) == (address, 53), PUBLIC[address]


@pytest.mark.parametrize("address", INSIDE)
def test_no_other_server_is_asked(address: str) -> None:
    assert public_only(address) is None, INSIDE[address]
