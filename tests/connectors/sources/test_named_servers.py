"""Profiles lead to so many hosts and so many ports of each, whichever reader asks them."""

from connectors.sources.named_servers import MOST_PORTS, NamedServer, bounded
from connectors.transport.guard.reachability import MOST_HOSTS
from rules.email_systems import Protocol

EACH = len(str(MOST_HOSTS))


def server(
    host: str, port: int = 993, protocol: Protocol = Protocol.IMAP, *, is_used: bool = True
) -> NamedServer:
    return NamedServer(host, port, protocol, is_used)


def hosts(count: int, prefix: str, protocol: Protocol = Protocol.IMAP) -> list[NamedServer]:
    return [server(f"{prefix}{at:0{EACH}}.example", 993, protocol) for at in range(count)]


def test_what_is_within_the_bounds_is_kept_as_it_came() -> None:
    given = [*hosts(MOST_HOSTS, "x"), *(server("x000.example", at) for at in range(MOST_PORTS - 1))]
    assert bounded(given) == given


def test_hosts_are_counted_once_for_all_protocols() -> None:
    given = [*hosts(MOST_HOSTS, "b", Protocol.EWS), *hosts(MOST_HOSTS, "a")]
    kept = bounded(given)
    assert kept == hosts(MOST_HOSTS, "a")
    assert len({each.host for each in kept}) == MOST_HOSTS


def test_hosts_of_active_profiles_come_first() -> None:
    unused = [server(f"a{at}.example", is_used=False) for at in range(MOST_HOSTS)]
    both = [server("z.example", is_used=False), server("z.example")]
    kept = bounded([*unused, *both])
    assert [each for each in kept if each.host == "z.example"] == both
    assert len({each.host for each in kept}) == MOST_HOSTS


def test_one_host_is_not_asked_at_every_port() -> None:
    given = [server("a.example", port) for port in range(1, 1000)]
    # A port of active profiles comes before those that are lower.
    unused = [server("b.example", port, is_used=port == 999) for port in range(1, 1000)]
    kept = bounded([*given, *unused])
    assert [each.port for each in kept if each.host == "a.example"] == list(
        range(1, MOST_PORTS + 1)
    )
    assert [each.port for each in kept if each.host == "b.example"] == [
        *range(1, MOST_PORTS),
        999,
    ]
