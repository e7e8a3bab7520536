"""What a profile holds for a direction that none of its mailboxes uses decides nothing."""

from functools import cache
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, given, settings
from msgspec import UNSET

from rules.verdict import outcome
from tests.auditor.recorded import Recorded, verdicts
from tests.auditor.rows import CLIENT, CLOUD, EXCHANGE, GMAIL, detail, mailbox, profile, tables

USES = {
    "incoming": {"incomingemaildeliverymethod": 0, "actdeliverymethod": 2},
    "outgoing": {"outgoingemaildeliverymethod": 0},
}
"""What mailboxes are set to that do not use this direction."""
KINDS: dict[str, dict[str, Any]] = {
    "a mail provider": GMAIL,
    "Exchange Server": {"outgoingusername": "svc@contoso.example"},
    "Exchange Server, on premises": {"outgoingusername": "svc@contoso.example"},
    "Exchange Online": CLOUD,
    "Exchange Online by an own application": {
        **CLOUD,
        "incomingcredentialretrieval": 7,
        "outgoingcredentialretrieval": 7,
        "oauthclientid": CLIENT,
    },
}
LOCATIONS = (
    *(None, UNSET, "", "pop.contoso.example", "smtp.contoso.example", "10.0.0.7", "a b"),
    *(EXCHANGE, "http://mail.contoso.example/owa", "outlook.office365.com", "pop.mail.yahoo.com"),
)
HELD = {
    "serverlocation": st.sampled_from(LOCATIONS),
    "portnumber": st.sampled_from((None, UNSET, 25, 110, 465, 993, 8443)),
    "usessl": st.sampled_from((True, False, None, UNSET)),
    "authenticationprotocol": st.sampled_from((None, UNSET, 0, 1, 2, 3, 4, 99)),
    "credentialretrieval": st.sampled_from((None, UNSET, 0, 1, 2, 3, 4, 5, 6, 7, 99)),
    "useimpersonation": st.sampled_from((True, False, None, UNSET)),
    "username": st.sampled_from((None, UNSET, "CONTOSO\\svc", "svc@contoso.example")),
}


def columns_of(side: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            **{side + name: values for name, values in HELD.items()},
            f"is{side}passwordset": st.sampled_from((True, False, None, UNSET)),
        }
    )


def ended(outside: Recorded) -> dict[tuple[str, str, str], str]:
    """What fails or stays open, of whom."""
    found = verdicts(outside, {})
    told = [
        ((each.rule.id, each.rule.subject, each.id), outcome(each.verdict))
        for each in (*found.others, *found.unread)
    ] + [
        ((rule_id, "mailbox", ""), outcome(verdict))
        for group in found.groups
        if group.count
        for rule_id, verdict in group.verdicts.items()
    ]
    return {key: word for key, word in told if word in ("fail", "undetermined")}


def of(kind: str, use: dict[str, Any], held: dict[str, Any]) -> Recorded:
    used = mailbox(emailaddress="recent:mailbox-1@contoso.example", **use)
    changes = {**KINDS[kind], "usesamesettingsforoutgoingconnections": False, **held}
    version = detail(OrganizationVersion="9.1.28.5", TenantId=None) if "premises" in kind else None
    return tables([used], profiles=[profile(**changes)], of=version)


@cache
def usual(kind: str, side: str) -> dict[tuple[str, str, str], str]:
    return ended(of(kind, USES[side], {}))


# A failure needs no smaller example: it names the rules.
@settings(deadline=None, max_examples=8, phases=(Phase.generate,))
@given(held=st.data())
@pytest.mark.parametrize("side", USES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_direction_that_no_mailbox_uses_decides_nothing(kind, side, held) -> None:
    columns = held.draw(columns_of(side))
    assert ended(of(kind, USES[side], columns)) == usual(kind, side)
