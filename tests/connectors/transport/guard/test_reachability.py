"""Addresses that records name lead nowhere they should not."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Reachability, is_loopback_host, is_public

ONLINE = Reachability()
ON_PREMISES = Reachability(private=True)
ON_LOOPBACK = Reachability(loopback=True)

LOOPBACK = [
    "127.0.0.1",
    "127.8.9.10",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]
PRIVATE = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.9", "fd12::1", "::ffff:10.0.0.1"]
NEVER = [
    "169.254.169.254", "169.254.1.1", "fe80::1", "fd00:ec2::254", "fd00:ec2::23",
    "fd20:ce::254", "fd00:42::42", "168.63.129.16",
    "100.100.100.200", "192.0.0.192", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "ff02::1",
    "255.255.255.255", "250.1.1.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
    "::ffff:0:169.254.169.254", "64:ff9b:1::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    # Translators with longer and shorter prefixes of their own (RFC 6052, 2.2), and ISATAP.
    "64:ff9b:1:a9fe:a9:fe00::", "64:ff9b:1:1a9:fe:a9fe::", "64:ff9b:1:1:a9:fea9:fe00:0",
    "64:ff9b:1:1::a9fe:a9fe", "64:ff9b:1:a83f:81:1000::", "fd00:1::5efe:a9fe:a9fe",
    "fd00:1::200:5efe:a9fe:a9fe",
]  # fmt: skip


def refused(reach: Reachability, address: str) -> str:
    with pytest.raises(SourceFailed) as caught:
        reach.resolve("mail.contoso.example", 443, lookup=lambda host: [address])
    assert "nothing was sent" in caught.value.reason
    return caught.value.code


def reached(reach: Reachability, *addresses: str) -> tuple[str, ...]:
    return reach.resolve("mail.contoso.example", 443, lookup=lambda host: addresses).addresses


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("reach", [ONLINE, ON_PREMISES, ON_LOOPBACK])
def test_metadata_and_addresses_of_no_host_are_never_asked(
    reach: Reachability, address: str
) -> None:
    assert refused(reach, address) == "address-not-allowed"


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_is_asked_only_where_the_environment_is_on_loopback(address: str) -> None:
    assert refused(ONLINE, address) == "address-not-allowed"
    assert refused(ON_PREMISES, address) == "address-not-allowed"
    assert reached(ON_LOOPBACK, address) == (str(ipaddress.ip_address(address)),)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_networks_are_asked_only_where_that_is_allowed(address: str) -> None:
    assert refused(ONLINE, address) == "address-not-allowed"
    assert refused(ON_LOOPBACK, address) == "address-not-allowed"
    assert reached(ON_PREMISES, address)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "localhost"])
def test_other_spellings_of_loopback_change_nothing(host: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        ON_PREMISES.resolve(host, 443)
    assert caught.value.code in ("address-not-allowed", "name-not-resolved")


def test_what_is_allowed_among_several_addresses_is_kept_in_order() -> None:
    found = ONLINE.resolve(
        "mail.contoso.example",
        443,
        lookup=lambda host: ["127.0.0.1", "203.0.112.7", "2606:2800::1", "203.0.112.7"],
    )
    assert found.addresses == ("203.0.112.7", "2606:2800::1")
    assert found.public


def test_a_host_of_the_configuration_may_be_private_but_never_metadata() -> None:
    def lookup(host: str) -> list[str]:
        return [host]

    assert not ONLINE.resolve("10.0.0.4", 8443, trusted=True, lookup=lookup).public
    with pytest.raises(SourceFailed):
        ONLINE.resolve("169.254.169.254", 443, trusted=True, lookup=lookup)


@pytest.mark.parametrize("port", [22, 80, 3389, 0, 70000])
def test_other_ports_are_not_asked(port: int) -> None:
    with pytest.raises(SourceFailed) as caught:
        ONLINE.resolve("203.0.112.7", port)
    assert caught.value.code == "port-not-allowed"


def test_a_port_that_the_profile_names_is_asked() -> None:
    assert ONLINE.resolve("203.0.112.7", 8443, own_ports=[8443]).port == 8443


def test_a_name_that_leads_nowhere_is_told_as_such() -> None:
    def lookup(host: str) -> list[str]:
        raise OSError

    with pytest.raises(SourceFailed) as caught:
        ONLINE.resolve("mail.contoso.example", 443, lookup=lookup)
    assert caught.value.code == "name-not-resolved"
    with pytest.raises(SourceFailed):
        ONLINE.resolve("a" * 70 + ".example", 443)


@pytest.mark.parametrize(
    ("host", "answer"),
    [("127.0.0.1", True), ("[::1]", True), ("LOCALHOST.", True), ("mail.contoso.com", False)],
)
def test_loopback_hosts_of_the_configuration_are_known(host: str, answer: bool) -> None:
    assert is_loopback_host(host) is answer


@given(st.ip_addresses(v=6) | st.ip_addresses(v=4))
def test_no_address_but_a_public_one_is_asked_online(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    try:
        found = ONLINE.resolve("mail.contoso.example", 443, lookup=lambda host: [str(address)])
    except SourceFailed:
        return
    assert found.public
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b:1::1", "fec0::1", "::ffff:0:8.8.8.8", "3fff::1", "5f00::1", "192.88.99.1",
        "2001::1", "100.64.0.1", "198.51.100.1", "203.0.113.9",
    ],
)  # fmt: skip
def test_what_is_not_public_is_the_same_on_every_python(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(SourceFailed):
        Reachability().resolve(address, 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "2603:1000::1", "64:ff9b::8.8.8.8", "40.1.2.3"])
def test_public_addresses_stay_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["64:ff9b:1::a01:203", "fd12::5efe:a01:203", "fd12::a9fe:a9fe"])
def test_a_translator_to_private_networks_may_be_asked_on_premises(address: str) -> None:
    assert reached(ON_PREMISES, address) == (address,)


@pytest.mark.parametrize("host", ["mail\0.contoso.example", "mail\ud800.contoso.example"])
def test_a_host_that_holds_a_nul_or_half_a_surrogate_is_no_host(host: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        Reachability().resolve(host, 443)
    assert caught.value.code == "name-not-resolved"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (socket.EAI_NONAME, "name-not-resolved"),
        (socket.EAI_AGAIN, "names-unanswered"),
        (socket.EAI_FAIL, "names-unanswered"),
    ],
)
def test_a_passing_failure_of_the_resolver_is_no_missing_host(number: int, code: str) -> None:
    def fail(host: str) -> tuple[str, ...]:
        raise socket.gaierror(number, "said by a test")

    with pytest.raises(SourceFailed) as caught:
        Reachability().resolve("mail.contoso.example", 443, lookup=fail)
    assert caught.value.code == code


def test_what_a_lookup_gives_that_is_no_address_leads_nowhere() -> None:
    assert reached(ONLINE, "", "203.0.112.7", "x") == ("203.0.112.7",)
    with pytest.raises(SourceFailed, match="could not be resolved"):
        ONLINE.resolve("mail.contoso.example", 443, lookup=lambda host: [""])
