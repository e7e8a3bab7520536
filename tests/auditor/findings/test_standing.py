"""How the mailboxes of an organisation stand, and what bears on them."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from auditor.audit import audit
from auditor.model import Audit, MailboxEntry, RootCause, Standing
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.graph.organization import OrganizationRow as TenantRow
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, Recorded, request

IDLE = {"incomingemaildeliverymethod": 0, "outgoingemaildeliverymethod": 0, "actdeliverymethod": 2}
UNTESTED = {"incomingemailstatus": 0, "outgoingemailstatus": 0, "actstatus": 0}
EARLIER, LATER = "2026-11-23T02:00:00Z", "2026-11-23T02:55:00Z"
ONLINE_KIND = {
    "servertype": 3,
    "incomingserverlocation": None,
    "outgoingserverlocation": None,
}


def audited(outside: Recorded, ids: Sequence[str] = ()) -> Audit:
    """By all rules, or by those of the ids alone."""
    rules = tuple(each for each in catalogue() if not ids or each.id in ids)
    return audit(request(rules, {}), outside, lambda: READ_AT)


def standings(found: Audit) -> dict[str, str]:
    return {each.id: each.standing for each in found.mailboxes()}


def cause(found: Audit, rule: str) -> RootCause:
    (of_rule,) = (each for each in found.causes() if rule in each.rules)
    return of_rule


def standing(*mailboxes: MailboxRow) -> Standing:
    outside = rows.tables(mailboxes)
    return audit(request((), {}), outside, lambda: READ_AT).summary.standing


def test_a_mailbox_without_server_side_methods_is_not_in_use() -> None:
    found = standing(rows.mailbox("a", **IDLE), rows.mailbox("b", statecode=1))
    assert found.not_in_use == {"deactivated": 1, "no server-side method": 1}
    assert (found.synchronizing, found.undecided) == (0, 0)


def test_a_mailbox_of_which_the_methods_were_not_told_is_undecided() -> None:
    found = standing(
        rows.mailbox("a", **{**IDLE, "incomingemaildeliverymethod": UNSET}),
        rows.mailbox("b", statecode=None),
        rows.mailbox("c"),
    )
    assert found.not_in_use == {}
    assert (found.synchronizing, found.undecided) == (1, 2)


def test_the_undecided_are_named_as_those_that_stand_unknown() -> None:
    undecided = rows.mailbox("b", statecode=None)
    found = audited(rows.tables([rows.mailbox("a"), undecided]), DECISIVE)
    assert list(found.mailboxes()) == []
    assert found.undecided is not None
    named = MailboxEntry("b", "b", "b@contoso.example", rows.PROFILE, "unknown", ())
    assert list(found.undecided()) == [named]
    for other in ([undecided], [rows.mailbox("a"), rows.mailbox("b")]):
        again = audited(rows.tables(other), DECISIVE)
        assert again.standings_digest is not None
        assert found.standings_digest is not None
        is_same = again.standings_digest() == found.standings_digest()
        assert is_same is (undecided in other)


DECISIVE = tuple(each.id for each in catalogue() if each.decisive)


def test_mailboxes_of_which_dynamics_shows_all_work_and_are_not_listed() -> None:
    found = audited(rows.tables([rows.mailbox("a"), rows.mailbox("b")]), DECISIVE)
    assert found.summary.standing == Standing(2, 2, 0, 0, {})
    assert list(found.mailboxes()) == []


NEVER = {"lastsuccessfulsynccompletedon": None}
HOURS_AGO = {"testmailboxaccesscompletedon": "2026-11-23T01:00:00Z"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        (HOURS_AGO, "broken"),
        ({"testmailboxaccesscompletedon": None}, "broken"),
        ({"incomingemailstatus": 2}, "broken"),
        ({"actstatus": 0}, "broken"),
        ({"enabledforact": False}, "broken"),
        ({"incomingemailstatus": None}, "unknown"),
        ({"testmailboxaccesscompletedon": UNSET}, "unknown"),
    ],
)
def test_until_it_should_have_synchronized_a_mailbox_works_by_its_test(
    changes: dict[str, Any], expected: str | None
) -> None:
    """Success is Microsoft's word for: email can be received and sent, and so with the rest."""
    found = standings(audited(rows.tables([rows.mailbox("a", **NEVER, **changes)]), DECISIVE))
    assert found.get("a") == expected


def test_what_dynamics_must_show_and_does_not_leaves_a_mailbox_unknown() -> None:
    outside = rows.tables([rows.mailbox("a", incomingemailstatus=None), rows.mailbox("b")])
    assert standings(audited(outside, DECISIVE)) == {"a": "unknown"}


def test_without_the_rules_that_show_it_no_mailbox_works() -> None:
    found = audited(rows.tables([rows.mailbox("a")]), ["address-not-primary"])
    assert standings(found) == {"a": "unknown"}
    (entry,) = found.mailboxes()
    assert entry.causes == ()


def test_an_inactive_profile_breaks_its_mailboxes_and_no_other() -> None:
    outside = rows.tables(
        [rows.mailbox("a"), rows.mailbox("b", profile="profile-2"), rows.mailbox("c")],
        profiles=[rows.profile(statecode=1), rows.profile("profile-2")],
    )
    found = audited(outside, [*DECISIVE, "inactive-profile-in-use"])
    assert standings(found) == {"a": "broken", "c": "broken"}
    of = cause(found, "inactive-profile-in-use")
    assert (of.subject.id, of.effect, of.mailboxes, of.repairs) == ("profile-1", "stops", 2, 2)
    assert [each.causes for each in found.mailboxes()] == [(of.id,), (of.id,)]
    repaired = replace_profiles(outside, rows.profile(), rows.profile("profile-2"))
    assert standings(audited(repaired, [*DECISIVE, "inactive-profile-in-use"])) == {}


def replace_profiles(outside: Recorded, *profiles: Any) -> Recorded:
    source = "dynamics.emailserverprofiles"
    return outside.but(source, replace(outside.told[source], rows=list(profiles)))


def test_a_suspension_of_appointments_bears_on_mailboxes_that_synchronize_them() -> None:
    by_outlook = rows.mailbox("b", actdeliverymethod=0, actstatus=0, enabledforact=False)
    suspended = rows.organization(performactsyncafter="2027-01-01T00:00:00Z")
    outside = rows.tables([rows.mailbox("a"), by_outlook], settings=suspended)
    found = audited(outside, [*DECISIVE, "appointments-suspended"])
    assert standings(found) == {"a": "broken"}
    assert cause(found, "appointments-suspended").mailboxes == 1


def test_advice_on_something_else_bears_on_no_mailbox() -> None:
    silent = rows.profile(sendemailalert=False)
    outside = rows.tables([rows.mailbox("a", **UNTESTED)], profiles=[silent])
    found = audited(outside, [*DECISIVE, "no-alert-email-for-profile", "no-default-profile"])
    advice = [each for each in found.causes() if each.effect == "advice"]
    assert advice
    assert all(each.mailboxes == 0 for each in advice)
    (entry,) = found.mailboxes()
    assert not {each.id for each in advice} & set(entry.causes)


def by_password(**changes: Any) -> Any:
    """A profile that reads Exchange Online with a password, which the service refuses."""
    return rows.profile(**{**ONLINE_KIND, **changes})


BASIC = [*DECISIVE, "basic-authentication-to-exchange-online"]


def test_an_inferred_failure_counts_where_nothing_succeeded_since_the_last_change() -> None:
    outside = rows.tables([rows.mailbox("a")], profiles=[by_password(modifiedon=LATER)])
    found = audited(outside, BASIC)
    assert standings(found) == {"a": "broken"}
    assert cause(found, BASIC[-1]).repairs == 1


def test_a_success_later_than_the_last_change_contradicts_an_inferred_failure() -> None:
    outside = rows.tables([rows.mailbox("a")], profiles=[by_password(modifiedon=EARLIER)])
    found = audited(outside, BASIC)
    assert standings(found) == {}
    of = cause(found, BASIC[-1])
    assert (of.mailboxes, of.repairs) == (1, 0)
    (finding,) = found.findings()
    assert "Dynamics 365 shows that 1 mailbox works all the same" in finding.message


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("dynamics.emailserverprofiles", "modifiedon"),
        ("dynamics.mailboxes", "lastsuccessfulsynccompletedon"),
    ],
)
def test_an_inferred_failure_leaves_open_what_might_contradict_it_and_was_not_read(
    source: str, column: str
) -> None:
    outside = rows.tables([rows.mailbox("a")], profiles=[by_password(modifiedon=EARLIER)])
    assert standings(audited(outside, BASIC)) == {}
    found = audited(outside.without(source, column), BASIC)
    assert standings(found) == {"a": "unknown"}
    assert cause(found, BASIC[-1]).repairs == 0


@pytest.mark.parametrize(
    "column", ["requireapprovalforuseremail", "_defaultemailserverprofileid_value"]
)
def test_what_column_security_hides_leaves_open_what_it_might_stop(column: str) -> None:
    """The table is read, and what decides a rule that stops mailboxes is not shown in it."""
    rejected = rows.mailbox("a", emailrouteraccessapproval=3)
    rules = [*DECISIVE, "mailbox-not-approved"]
    outside = rows.tables([rejected])
    assert standings(audited(outside, rules)) == {"a": "broken"}
    hidden = audited(outside.secured("dynamics.organizations", column), rules)
    demands = column == "requireapprovalforuseremail"
    assert standings(hidden) == {"a": "unknown" if demands else "broken"}


def test_what_the_server_refuses_to_give_leaves_it_open_too() -> None:
    outside = rows.tables([rows.mailbox("a", emailrouteraccessapproval=3)])
    column, source = "requireapprovalforuseremail", "dynamics.organizations"
    told = outside.without(source, column).told[source]
    state = replace(told.state, absent=(), refused=(column,))
    refused = outside.but(source, replace(told, state=state))
    assert standings(audited(refused, [*DECISIVE, "mailbox-not-approved"])) == {"a": "unknown"}


@pytest.mark.parametrize(("approval", "standing"), [(3, {"a": "unknown"}), (1, {})])
def test_a_column_that_the_version_lacks_leaves_open_what_only_it_excuses(
    approval: int, standing: dict[str, str]
) -> None:
    """Whether approval is demanded does not matter to a mailbox that has it."""
    column, source = "requireapprovalforuseremail", "dynamics.organizations"
    outside = rows.tables([rows.mailbox("a", emailrouteraccessapproval=approval)])
    older = audited(outside.without(source, column), [*DECISIVE, "mailbox-not-approved"])
    assert standings(older) == standing


SMTP = "smtp-basic-authentication-to-exchange-online"
SENDS = {
    "incomingemaildeliverymethod": 0,
    "actdeliverymethod": 2,
    "lastsuccessfulsynccompletedon": None,
}
SUBMITS = {
    "servertype": 1,
    "usesamesettingsforoutgoingconnections": False,
    "outgoingserverlocation": "smtp.office365.com",
    "outgoingauthenticationprotocol": 3,
}


@pytest.mark.parametrize(
    ("tested", "standing"), [("2026-11-20T03:00:00Z", "unknown"), (rows.JUST_NOW, None)]
)
def test_what_fails_mildly_at_best_leaves_open_what_it_stops_at_worst(
    tested: str, standing: str | None
) -> None:
    """Whether the tenant refuses SMTP today was not read: a warning at best, and none to send."""
    mailbox = rows.mailbox("a", **SENDS, testmailboxaccesscompletedon=tested)
    outside = rows.tables([mailbox], profiles=[rows.profile(**SUBMITS)])
    assert standings(audited(outside, [*DECISIVE, SMTP])) == {}
    found = audited(outside.failed("exchange_online.transport"), [*DECISIVE, SMTP])
    assert standings(found) == ({"a": standing} if standing else {})
    assert cause(found, SMTP).effect == "ends"


@pytest.mark.parametrize(
    ("as_of", "standing"), [("2027-03-31", {}), ("2027-04-01", {"a": "broken"})]
)
def test_no_success_of_today_contradicts_what_ends_on_a_day_to_come(
    as_of: str, standing: dict[str, str]
) -> None:
    """Exchange Web Services end on 2027-04-01: what will break is what is asked with that day."""
    retirement = "exchange-online-ews-retirement"
    on_premises = rows.detail(OrganizationVersion="9.1.28.5", TenantId=None)
    outside = rows.tables(
        [rows.mailbox("a")], profiles=[rows.profile(**ONLINE_KIND)], of=on_premises
    )
    rules = tuple(each for each in catalogue() if each.id in (*DECISIVE, retirement))
    asked = replace(request(rules, {}), as_of=datetime.date.fromisoformat(as_of))
    found = audit(asked, outside, lambda: READ_AT)
    assert standings(found) == standing


def test_a_mailbox_that_passed_its_own_test_outlives_a_failed_test_of_its_profile() -> None:
    """One that only sends leaves no other mark of success than its test."""
    failed = {"lasttestexecutionstatus": 0, "lastteststarttime": rows.YESTERDAY}
    outside = rows.tables(
        [rows.mailbox("a", **SENDS)], profiles=[rows.profile(**failed, modifiedon=rows.YESTERDAY)]
    )
    rules = [*DECISIVE, "profile-connection-test-failed"]
    assert standings(audited(outside, rules)) == {}
    changed = rows.profile(**failed, modifiedon=LATER)
    outside = rows.tables([rows.mailbox("a", **SENDS)], profiles=[changed])
    assert standings(audited(outside, rules)) == {"a": "broken"}


@pytest.mark.parametrize(
    ("answered", "standing"),
    [
        ({"EwsEnabled": False}, {"a": "broken"}),
        ({"EwsEnabled": None}, {}),
        ({"EwsEnabled": True, "EwsAllowedAppIDs": "another"}, {}),
    ],
)
def test_a_switch_that_is_off_stops_and_one_never_set_is_inferred_to(
    answered: dict[str, Any], standing: dict[str, str]
) -> None:
    """Exchange Online blocks tenant by tenant, so a mailbox may still synchronize without."""
    config = OrganizationConfigRow(
        **{"EwsAllowedAppIDs": None, "EwsApplicationAccessPolicy": None, **answered}
    )
    outside = rows.tables(
        [rows.mailbox("a")],
        profiles=[rows.profile(**ONLINE_KIND)],
        of=rows.detail(OrganizationVersion="9.1.28.5", TenantId=None),
    )
    for source, row in {
        "exchange_online.organization": config,
        "exchange_online.accepted-domains": AcceptedDomainRow("contoso.example", "Authoritative"),
        "graph.organization": TenantRow("1", [{"name": "contoso.example"}]),
    }.items():
        outside = outside.but(source, rows.told(source, row))
    rules = [*DECISIVE, "ews-disabled-in-tenant", "exchange-online-ews-retirement"]
    found = audited(outside, rules)
    assert standings(found) == standing
    assert cause(found, "exchange-online-ews-retirement")


def test_it_is_told_apart_for_each_mailbox_of_the_profile() -> None:
    never = {"lastsuccessfulsynccompletedon": rows.YESTERDAY}
    mailboxes = [rows.mailbox("a"), rows.mailbox("b", **never)]
    outside = rows.tables(mailboxes, profiles=[by_password(modifiedon=EARLIER)])
    found = audited(outside, BASIC)
    assert standings(found) == {"b": "broken"}


def test_a_switch_that_is_off_is_not_contradicted() -> None:
    inactive = rows.profile(statecode=1, modifiedon=EARLIER)
    found = audited(
        rows.tables([rows.mailbox("a")], profiles=[inactive]),
        [*DECISIVE, "inactive-profile-in-use"],
    )
    assert standings(found) == {"a": "broken"}


UNSUPPORTED = [*DECISIVE, "credentials-in-profile"]


def test_what_flows_unsupported_is_unsupported_and_what_is_broken_as_well_is_broken() -> None:
    outside = rows.tables(
        [rows.mailbox("a"), rows.mailbox("b", **UNTESTED)],
        profiles=[by_password()],
    )
    found = audited(outside, UNSUPPORTED)
    assert standings(found) == {"a": "unsupported", "b": "broken"}
    of = cause(found, "credentials-in-profile")
    assert (of.effect, of.mailboxes, of.repairs) == ("unsupported", 2, 1)
    assert found.summary.standing.unsupported == 1


def test_a_source_that_failed_leaves_mailboxes_unknown_and_one_that_is_left_out_does_not() -> None:
    outside = rows.tables([rows.mailbox("a")])
    ids = [*DECISIVE, "host-not-found"]
    assert standings(audited(outside, ids)) == {}
    refused = outside.failed("mail_servers.probe")
    assert standings(audited(refused, ids)) == {"a": "unknown"}
