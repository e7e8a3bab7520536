"""One account of several environments: told with evidence of both, its name nowhere."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from auditor.fleet.collector import Collector
from auditor.fleet.comparison import Comparison
from auditor.fleet.overview_formats import as_html, as_json, as_markdown
from auditor.fleet.telling import what_ends
from connectors.dynamics.tables.emailserverprofiles import PRINCIPAL, ProfileRow
from tests.auditor import rows
from tests.auditor.fleet.test_applications import PROFILES, compared, environment
from tests.auditor.fleet.test_collector import NOW
from tests.auditor.recorded import READ_AT

NAME = "svc-mail@fabrikam.example"
OWN = {"incomingusername": NAME}
ONLINE = rows.CLOUD | {"servertype": 3, "incomingcredentialretrieval": 1} | OWN


def test_the_reports_of_both_name_the_profiles_and_never_the_user_name() -> None:
    with compared(
        {
            "a": environment("a", OWN),
            "b": environment("b", {}, {"incomingusername": f" {NAME.upper()} "}),
            "c": environment("c", {"incomingusername": "another@fabrikam.example"}),
        }
    ) as comparison:
        (shared,) = comparison.accounts
        assert (shared.server, shared.environments) == ("mail.contoso.example", ("a", "b"))
        (note,) = comparison.notes("a")
        assert 'The profile "a 0" signs in at mail.contoso.example with the same user name ' in note
        assert f"(incomingusername, read {READ_AT}) as profiles of b " in note
        assert f'b ("b 1", incomingusername read {READ_AT})' in note
        assert "not known" not in note
        assert "fabrikam" not in note
        assert ['a ("a 0"' in each for each in comparison.notes("b")] == [True]
        assert comparison.notes("c") == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"statecode": 1},
        {"incomingcredentialretrieval": 0, "outgoingcredentialretrieval": 0},
        {"incomingserverlocation": "https://mail.fabrikam.example/EWS/Exchange.asmx"},
        {"incomingusername": None},
        {"incomingusername": "svc-mail@contoso.example"},
        ONLINE,
    ],
)
def test_another_account_or_server_is_none_in_common(changed: Mapping[str, Any]) -> None:
    with compared(
        {"a": environment("a", OWN), "b": environment("b", OWN | dict(changed))}
    ) as comparison:
        assert comparison.accounts == ()
        assert comparison.notes("a") == ()


@pytest.mark.parametrize(
    "host", ["exchange", "exchange.corp", "10.0.0.5", "127.0.0.1", "localhost"]
)
def test_a_name_that_each_network_has_its_own_of_is_no_common_server(host: str) -> None:
    inside = OWN | {"incomingserverlocation": f"https://{host}/EWS/Exchange.asmx"}
    with compared({"a": environment("a", inside), "b": environment("b", inside)}) as comparison:
        assert comparison.accounts == ()


def test_exchange_online_is_one_server_under_every_name() -> None:
    named = (
        ONLINE
        | {"useautodiscover": False}
        | {
            f"{each}serverlocation": "https://outlook.office365.com/EWS/Exchange.asmx"
            for each in ("incoming", "outgoing")
        }
    )
    with compared({"a": environment("a", ONLINE), "b": environment("b", named)}) as comparison:
        assert [each.server for each in comparison.accounts] == ["Exchange Online"]


def test_one_direction_is_enough_to_sign_in_to_exchange_online() -> None:
    split = OWN | {
        "servertype": 0,
        "incomingserverlocation": "https://outlook.office365.com/EWS/Exchange.asmx",
        "usesamesettingsforoutgoingconnections": False,
        "outgoingusername": None,
    }
    with compared({"a": environment("a", ONLINE), "b": environment("b", split)}) as comparison:
        assert [each.server for each in comparison.accounts] == ["Exchange Online"]


def test_the_user_name_of_outgoing_email_counts_where_its_settings_are_its_own() -> None:
    outgoing = {"incomingusername": None, "outgoingusername": NAME}
    apart = outgoing | {"usesamesettingsforoutgoingconnections": False}
    with compared({"a": environment("a", OWN), "b": environment("b", apart)}) as comparison:
        assert 'b ("b 0", outgoingusername read' in comparison.notes("a")[0]
    with compared({"a": environment("a", OWN), "b": environment("b", outgoing)}) as comparison:
        assert comparison.accounts == ()


def test_one_organisation_at_two_addresses_is_not_several() -> None:
    first = environment("a", OWN)
    with compared({"a": first, "b": first}) as comparison:
        assert comparison.accounts == ()


def test_what_was_not_read_here_is_not_known() -> None:
    """Neither rows of another run nor digests of another process tell of the user name."""
    stored = environment("stored", OWN | {"incomingusername": PRINCIPAL})
    part = environment("part", {}).partial(PROFILES)
    with compared(
        {"a": environment("a", OWN), "b": environment("b", OWN), "stored": stored, "part": part},
        "gone",
    ) as comparison:
        (note,) = comparison.notes("a")
        assert note.endswith("is not known of gone, part and stored.")
        own = comparison._compared["b"]
        elsewhere = replace(own, accounts=replace(own.accounts, process=own.accounts.process + 1))
        with Comparison(["a", "b"]) as other:
            other.add("a", comparison._compared["a"], ())
            other.add("b", elsewhere, ())
            other.compare()
            assert other.accounts == ()
            assert other.notes("a") == ()


def test_a_user_name_is_in_nothing_that_is_made_of_the_row() -> None:
    row = rows.profile(incomingusername=NAME, outgoingusername=None)
    assert list(row.accounts) == ["incomingusername"]
    encoded = msgspec.json.encode(row)
    for each in (b"svc-mail", str(row.accounts["incomingusername"]).encode()):
        assert each not in encoded
    assert "svc-mail" not in repr(row)
    assert msgspec.json.decode(encoded, type=ProfileRow).accounts == {}
    sent = encoded.replace(b"user@domain", NAME.encode())
    assert msgspec.json.decode(sent, type=ProfileRow).accounts == row.accounts


def test_the_overview_tells_each_server_and_its_environments_once() -> None:
    two = ({"incomingusername": "x@contoso.example"}, OWN)
    with compared({"a": environment("a", *two), "b": environment("b", *two)}) as comparison:
        assert len(comparison.notes("a")) == 2
        collector = Collector()
        collector.compare((), (), accounts=comparison.accounts)
    overview = collector.overview(NOW)
    sentence = "Profiles of a and b sign in at mail.contoso.example with the same user name"
    assert as_markdown(overview).decode().count(sentence) == 1
    assert as_html(overview).decode().count(sentence) == 1
    (published,) = json.loads(as_json(overview))["shared_accounts"]
    assert published == {"server": "mail.contoso.example", "environments": ["a", "b"]}


def test_many_environments_are_counted() -> None:
    said = "What ends for it, such as x, can stop the mailboxes of all."
    unread = " Whether others use it is not known of a, b, c and 2 more."
    assert what_ends("it", "x", list("edcba")) == said + unread
    assert what_ends("it", "x", ()) == said
