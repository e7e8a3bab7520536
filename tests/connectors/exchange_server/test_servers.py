"""Which Exchange Servers are asked, what each shows, and what could not be read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.dynamics.tables import emailserverprofiles
from connectors.exchange_server import servers as module
from connectors.exchange_server.hosts import Place
from connectors.exchange_server.servers import LONGEST_S, ExchangeServers, HostRow, read
from connectors.sources.named_servers import NamedServer, NamedServers
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import Progress, SourceState, Status
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import MOST_HOSTS
from connectors.transport.http import Transport
from rules.email_systems import Protocol

HERE = Place("mail.contoso.example")
PROFILES = emailserverprofiles.TABLE.source


class Servers(Transport):
    """Answers every host alike, or fails."""

    def __init__(self, answer: Any = None, **headers: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.deadlines: dict[str, float | None] = {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Answer(401, named, b"", "", datetime.now(UTC), 1)
        if answer is not None:
            self.answer = answer

    def get(self, url: str, **asked: Any) -> Any:
        self.urls.append(url)
        self.deadlines[url] = self.policy.deadline
        assert not {429, 502, 503, 504} & asked["accepted"]
        if isinstance(self.answer, SourceFailed):
            raise self.answer
        return self.answer


def status(number: int, **headers: str) -> Answer:
    return Answer(number, headers, b"", "", datetime.now(UTC), 1)


def asked(
    transport: Transport,
    *named: NamedServer,
    profiles: Status = "read",
    on_premises: bool = False,
    **changes: Any,
) -> tuple[list[HostRow], Progress]:
    usual: dict[str, Any] = {
        "transport": transport,
        "configured": HERE,
        "trusted": frozenset({HERE}),
        "environment_host": "org.example",
        "lookup": lambda host: ["93.184.215.14" if "internal" not in host else "10.0.0.7"],
    }
    state = SourceState(PROFILES, profiles, code="short", reason="why", remedy="repair it")
    earlier = EarlierReadings(
        readings={PROFILES: Reading(state)},
        servers=lambda: NamedServers(named, on_premises),
    )
    progress = Progress()
    (page,) = read(ExchangeServers(**usual | changes), progress, earlier)
    return list(page.rows), progress


def server(host: str, port: int = 443, protocol: Protocol = Protocol.EWS) -> NamedServer:
    return NamedServer(host, port, protocol)


def test_a_server_shows_its_schemes_build_and_front_end() -> None:
    transport = Servers(
        www_authenticate="Negotiate, NTLM", x_owa_version="15.2.1544.4", x_feserver="EX1"
    )
    (row,), progress = asked(transport)
    assert row == HostRow(
        id="mail.contoso.example:443",
        host="mail.contoso.example",
        port=443,
        host_found=True,
        public=True,
        connects=True,
        schemes="negotiate, ntlm",
        front_end="EX1",
        build="15.2.1544.4",
        learned="X-OWA-Version",
    )
    assert progress.code == ""
    assert transport.urls == ["https://mail.contoso.example:443/EWS/Exchange.asmx"]


def test_a_server_that_tells_little_shows_little() -> None:
    (row,), _ = asked(Servers())
    assert (row.build, row.learned, row.front_end, row.schemes) == (None, None, None, "")


def test_the_configured_server_and_those_of_profiles_are_asked_once_each() -> None:
    rows, _ = asked(
        Servers(),
        server("mail.contoso.example"),
        server("b.example"),
        server("b.example", 8443),
        server("b.example", 0),
        server("c.example", 995, Protocol.POP3),
        server("outlook.office365.com"),
        server("smtp.office365.com"),
    )
    assert [row.id for row in rows] == [
        "b.example:443",
        "b.example:8443",
        "mail.contoso.example:443",
    ]


@pytest.mark.parametrize(("more", "code"), [(0, ""), (1, "too-many-hosts")])
def test_so_many_servers_are_asked_and_no_more(more: int, code: str) -> None:
    # Those of profiles never take the place of the configured one.
    rows, progress = asked(
        Servers(), *(server(f"a{at}.example") for at in range(MOST_HOSTS + more))
    )
    assert len(rows) == MOST_HOSTS + 1
    assert "mail.contoso.example" in {row.host for row in rows}
    assert progress.code == code
    if code:
        assert progress.reason == (
            f"Profiles name {MOST_HOSTS + 2} Exchange Servers; {MOST_HOSTS + 1} were asked."
        )


@pytest.mark.parametrize(
    ("of_run", "of_others"), [(None, 7 + LONGEST_S), (9.0, 9.0), (9e9, 7 + LONGEST_S)]
)
def test_servers_of_profiles_hold_the_run_up_so_long_and_no_longer(
    of_run: float | None, of_others: float
) -> None:
    transport = Servers()
    transport.policy = replace(transport.policy, deadline=of_run, clock=lambda: 7.0)
    asked(transport, server("b.example"))
    assert transport.deadlines == {
        "https://mail.contoso.example:443/EWS/Exchange.asmx": of_run,
        "https://b.example:443/EWS/Exchange.asmx": of_others,
    }


@pytest.mark.parametrize(("deadline", "code"), [(None, "timeout"), (6.0, "deadline")])
def test_whose_time_was_over_is_said(deadline: float | None, code: str) -> None:
    transport = Servers(SourceFailed("why", "how", "deadline"))
    transport.policy = replace(transport.policy, deadline=deadline, clock=lambda: 7.0)
    rows, _ = asked(transport, server("b.example"), configured=Place("b.example"))
    assert {(row.host, row.code, row.connects) for row in rows} == {("b.example", code, None)}


def test_profiles_that_were_not_all_read_leave_open_which_servers_there_are() -> None:
    for status_, code in (("read", ""), ("partial", "profiles-not-read")):
        _, progress = asked(Servers(), profiles=status_)  # type: ignore[arg-type]
        assert progress.code == code
    assert progress.remedy == "repair it"


@pytest.mark.parametrize(
    ("private", "on_premises", "is_asked"),
    [(None, True, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_private_addresses_of_profiles_are_asked_where_that_is_allowed(
    private: bool | None, on_premises: bool, is_asked: bool
) -> None:
    rows, _ = asked(Servers(), server("internal.example"), private=private, on_premises=on_premises)
    (row,) = (each for each in rows if each.host == "internal.example")
    assert (row.connects is True) is is_asked
    if not is_asked:
        assert row.code
        assert row.host_found is None


def test_a_name_that_is_not_known_is_told_apart_from_one_that_was_not_looked_up() -> None:
    def missing(host: str) -> Any:
        raise OSError("no")

    def silent(host: str) -> Any:
        raise SourceFailed("silent", "look", "names-unanswered")

    (row,), progress = asked(Servers(), lookup=missing)
    assert (row.host_found, row.connects, row.code) == (False, None, "name-not-resolved")
    assert progress.code == "name-not-resolved"
    (row,), _ = asked(Servers(), lookup=silent)
    assert (row.host_found, row.code) == (None, "names-unanswered")


@pytest.mark.parametrize(
    ("code", "status_", "connects"),
    [
        ("refused", None, False),
        ("no-connection", None, False),
        ("timeout", None, None),
        ("throttled", 429, True),
    ],
)
def test_a_server_that_cannot_be_asked_says_why(
    code: str, status_: int | None, connects: bool | None
) -> None:
    (row,), progress = asked(Servers(SourceFailed("why", "how", code, status=status_)))
    assert (row.host_found, row.connects) == (True, connects)
    assert (row.code, row.reason, row.remedy) == (code, "why", "how")
    assert progress.code == code
    assert progress.reason == "1 of 1 Exchange Servers could not be read: why"
    assert progress.silent is (connects is not True)


@pytest.mark.parametrize(
    ("number", "code"), [(401, None), (403, "forbidden"), (302, "redirected"), (200, None)]
)
def test_a_refusal_other_than_a_demand_to_sign_in_is_a_failure(
    number: int, code: str | None
) -> None:
    (row,), progress = asked(Servers(status(number)))
    assert (row.code, row.connects) == (code, True)
    assert progress.silent is False


def test_several_that_failed_are_counted() -> None:
    failure = SourceFailed("why", "how", "refused")
    _, progress = asked(Servers(failure), server("b.example"), server("c.example"))
    assert progress.reason == "3 of 3 Exchange Servers could not be read: why (and 2 more)"


class Signing:
    """Signs in and tells a build, or fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, told: Any = "15.2.1544.4") -> None:
        self.told = told
        self.urls: list[str] = []
        monkeypatch.setattr(module, "server_build", self.build)

    def build(self, url: str, sign_in: Any, transport: Any, source: str) -> str:
        assert sign_in == "https://mail.contoso.example:443"
        self.urls.append(url)
        if isinstance(self.told, SourceFailed):
            raise self.told
        return str(self.told)


def signed_in(transport: Transport, *named: NamedServer, method: str = "ntlm", **more: Any) -> Any:
    return asked(transport, *named, method=method, sign_in=lambda origin: origin, **more)


@pytest.mark.parametrize(
    ("method", "offers", "is_tried"),
    [
        ("ntlm", "NTLM", True),
        ("ntlm", "Negotiate", True),
        ("negotiate", "NTLM", False),
        ("negotiate", "Negotiate", True),
        ("basic", "Negotiate, Basic realm=x", True),
        ("basic", "NTLM", False),
        ("client-secret", "Bearer", True),
        ("odd", "Bearer", False),
        ("basic", "", True),
    ],
)
def test_a_password_goes_where_the_server_offers_to_take_it(
    method: str, offers: str, is_tried: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing = Signing(monkeypatch)
    (row,), _ = signed_in(Servers(www_authenticate=offers), method=method)
    assert len(signing.urls) == is_tried
    if is_tried:
        assert (row.signed_in, row.build, row.learned) == (True, "15.2.1544.4", "ServerVersionInfo")
    else:
        assert (row.signed_in, row.code) == (None, "sign-in-not-offered")


def test_only_servers_that_the_configuration_names_are_signed_in_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signing = Signing(monkeypatch)
    rows, _ = signed_in(Servers(), server("b.example"))
    assert [row.signed_in for row in rows] == [None, True]
    assert len(signing.urls) == 1


def test_nobody_signs_in_where_the_server_refuses_or_no_account_is_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signing = Signing(monkeypatch)
    signed_in(Servers(status(403)))
    asked(Servers(), method="ntlm")
    assert signing.urls == []


def test_a_sign_in_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Signing(monkeypatch, SourceFailed("refused", "correct it", "unauthorized", status=401))
    (row,), progress = signed_in(Servers())
    assert (row.signed_in, row.code, row.connects) == (False, "unauthorized", True)
    assert progress.code == "unauthorized"
