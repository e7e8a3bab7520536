"""How mailboxes use profiles: what was counted, and why more may be there."""

import pytest
from msgspec import UNSET

from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.sources.source import SourceState, columns_of
from rules.unknown import Unknown
from rules.verdict import outcome
from tests.auditor import rows
from tests.auditor.recorded import Told, verdicts
from tests.auditor.rows import JUST_NOW, PROFILE, YESTERDAY, mailbox, profile, tables

MAILBOXES = "dynamics.mailboxes"
EARLIER = "2026-11-01T00:00:00Z"


def use(outside):
    return verdicts(outside, {}).uses[PROFILE]


def on_profile(outside, rule_id):
    """How the profile ends by one rule."""
    (found,) = (
        each.verdict
        for each in verdicts(outside, {}).others
        if each.rule.id == rule_id and each.id == PROFILE
    )
    return outcome(found)


def mailboxes(count, **changes):
    return [mailbox(f"mailbox-{number}", **changes) for number in range(count)]


def dormant(**changes):
    """A mailbox that carries the default methods and is of nobody who synchronizes."""
    never = {f"{each}status": 0 for each in ("incomingemail", "outgoingemail", "act")}
    off = {f"enabledfor{each}": False for each in ("incomingemail", "outgoingemail", "act")}
    return mailbox("dormant", **{"regarding": "user-2", **never, **off, **changes})


DISABLED = [rows.user(), rows.user("user-2", isdisabled=True)]


def test_every_mailbox_is_counted_where_all_were_read():
    found = use(tables([*mailboxes(2), mailbox("a", actdeliverymethod=2)]))
    assert (found.mailboxes, found.synchronizing_mailboxes) == (3, 3)
    assert found.synchronizing_appointments == 2
    assert found.counted_all is True


def test_mailboxes_that_are_not_meant_to_synchronize_only_point_to_the_profile():
    found = use(tables([*mailboxes(2), dormant()], users=DISABLED))
    assert (found.mailboxes, found.synchronizing_mailboxes) == (3, 2)
    assert found.counted_all is True


OPEN = {
    "the owner is not known": dormant(regarding="gone"),
    "the owner's column is not answered": dormant(regarding=UNSET),
    "a method is not known": mailbox("open", actdeliverymethod=99),
    "the state is not known": mailbox("open", statecode=None),
    "the profile is not answered": mailbox("open", profile=UNSET),
}


@pytest.mark.parametrize("open_one", OPEN.values(), ids=OPEN)
def test_a_mailbox_that_may_count_leaves_the_count_open(open_one):
    found = use(tables([*mailboxes(2), open_one], users=DISABLED))
    assert isinstance(found.synchronizing_mailboxes, int)
    assert isinstance(found.counted_all, Unknown)


SETTLED = {
    "it has no profile": mailbox("settled", profile=None),
    "its profile does not exist": mailbox("settled", profile="gone"),
    "it is inactive, whatever the profile": mailbox("settled", statecode=1, profile=UNSET),
    "it is of nobody, whatever the profile": dormant(profile=UNSET),
}


@pytest.mark.parametrize("settled", SETTLED.values(), ids=SETTLED)
def test_a_mailbox_that_cannot_count_leaves_nothing_open(settled):
    found = use(tables([*mailboxes(2), settled], users=DISABLED))
    assert found.counted_all is True
    assert found.synchronizing_mailboxes == 2


def test_a_listing_that_was_shown_in_part_leaves_the_count_open():
    found = use(tables(mailboxes(4)).partial(MAILBOXES))
    assert found.synchronizing_mailboxes == 2
    assert isinstance(found.counted_all, Unknown)
    assert found.counted_all.cause.name == MAILBOXES


ACCEPTED, GRAPH = "exchange_online.accepted-domains", "graph.organization"
OF_TENANT = {
    ACCEPTED: AcceptedDomainRow("contoso.example", "Authoritative"),
    GRAPH: TenantRow(rows.TENANT, [{"name": "contoso.example"}]),
}
LISTED = "exchange_online.mailboxes"
AWAY = {"emailaddress": "ann@away.example"}
RECEIVES_ONLY = {"outgoingemaildeliverymethod": 0}


@pytest.mark.parametrize(
    ("found", "sources", "expected"),
    [
        (mailboxes(2), (ACCEPTED, GRAPH), True),
        # The id of the tenant need not be known: its domains are.
        (mailboxes(2), (ACCEPTED,), True),
        ([*mailboxes(2), mailbox("away", **AWAY)], (ACCEPTED, GRAPH), None),
        ([*mailboxes(2), mailbox("away", **AWAY, **RECEIVES_ONLY)], (ACCEPTED, GRAPH), True),
        (mailboxes(2), (GRAPH,), None),
        (mailboxes(2), (), None),
        ([*mailboxes(2), mailbox("open", statecode=None)], (ACCEPTED, GRAPH), None),
    ],
)
def test_the_tenant_that_mailboxes_send_in_is_told_by_their_domains(found, sources, expected):
    outside = tables(found)
    # Of a listing that shows nobody it is the domains alone that tell.
    nobody = SourceState(LISTED, "read", columns=columns_of(ExchangeMailboxRow))
    outside = outside.but(LISTED, Told([], nobody))
    for source in sources:
        outside = outside.but(source, rows.told(source, OF_TENANT[source]))
    told = use(outside)
    here = told.sends_in_tenant_read
    assert isinstance(here, Unknown) if expected is None else here is expected
    shown = {(each.source, each.field) for each in told.evidence("sends_in_tenant_read")}
    assert (MAILBOXES, "emailaddress") in shown
    assert ((ACCEPTED, "DomainName") in shown) is (ACCEPTED in sources)


ONE_TOO_FEW = {
    "too-many-mailboxes-on-one-account": (1, {}, "pass"),
    "connection-limit-unsuitable": (1, {"maxconcurrentconnections": 5}, "pass"),
    "impersonation-off-with-one-account": (1, {"incominguseimpersonation": False}, "pass"),
}


@pytest.mark.parametrize("rule_id", ONE_TOO_FEW)
def test_a_count_that_may_be_too_small_is_no_proof(rule_id):
    count, settings, told = ONE_TOO_FEW[rule_id]
    of = rows.detail(OrganizationVersion="9.1.18.22", TenantId=None)
    whole = tables(mailboxes(count), profiles=[profile(**settings)], of=of)
    assert on_profile(whole, rule_id) == told
    assert on_profile(whole.partial(MAILBOXES), rule_id) == "undetermined"
    unanswered = [*mailboxes(count), mailbox("open", statecode=None)]
    open_one = tables(unanswered, profiles=[profile(**settings)], of=of)
    assert on_profile(open_one, rule_id) == "undetermined"


def test_what_was_counted_is_enough_to_fail():
    many = tables(mailboxes(1002)).partial(MAILBOXES)
    assert on_profile(many, "too-many-mailboxes-on-one-account") == "fail"


def test_a_limit_that_is_high_enough_needs_no_count():
    assert on_profile(tables(mailboxes(4)).partial(MAILBOXES), "connection-limit-unsuitable") == (
        "pass"
    )


def tried(*found, users=None, **settings):
    return use(tables(found, users=users, profiles=[profile(**settings)]))


LONG_AGO = {"testmailboxaccesscompletedon": EARLIER, "lastsuccessfulsynccompletedon": EARLIER}


def test_one_mailbox_that_synchronized_or_was_tested_after_the_change_is_enough():
    old = mailbox("old", **LONG_AGO)
    for column in LONG_AGO:
        found = tried(old, mailbox("new", **{**LONG_AGO, column: JUST_NOW}))
        assert found.tested_or_synchronized_since_change is True
    assert tried(old).tested_or_synchronized_since_change is False
    assert tried().tested_or_synchronized_since_change is None


def test_the_moment_of_the_change_itself_is_not_after_it():
    same = {"testmailboxaccesscompletedon": YESTERDAY, "lastsuccessfulsynccompletedon": YESTERDAY}
    assert tried(mailbox(**same)).tested_or_synchronized_since_change is False


@pytest.mark.parametrize("column", LONG_AGO)
def test_a_date_that_was_not_told_is_not_never(column):
    outside = tables([mailbox(**LONG_AGO)])
    for hidden in (
        tables([mailbox(**{**LONG_AGO, column: UNSET})]),
        outside.without(MAILBOXES, column),
        outside.secured(MAILBOXES, column),
    ):
        assert isinstance(use(hidden).tested_or_synchronized_since_change, Unknown)


def test_a_hidden_test_tells_nothing_of_synchronization_since_the_profiles_own_test():
    outside = tables([mailbox(**LONG_AGO)])
    success, test = "lastsuccessfulsynccompletedon", "testmailboxaccesscompletedon"
    assert use(outside.without(MAILBOXES, test)).synchronized_since_test is False
    assert isinstance(use(outside.without(MAILBOXES, success)).synchronized_since_test, Unknown)
    assert use(tables([mailbox()])).synchronized_since_test is True
    assert use(tables([])).synchronized_since_test is False


def test_a_mailbox_that_may_count_leaves_open_whether_the_profile_was_tried():
    for open_one in (mailbox("open", statecode=None), mailbox("open", profile=UNSET)):
        found = tried(mailbox("old", **LONG_AGO), open_one)
        assert isinstance(found.tested_or_synchronized_since_change, Unknown)
    settled = mailbox("settled", statecode=1, profile=UNSET)
    found = tried(mailbox("old", **LONG_AGO), settled)
    assert found.tested_or_synchronized_since_change is False


def test_a_change_whose_date_was_not_told_leaves_it_open():
    for hidden in (None, UNSET):
        found = tried(mailbox(), modifiedon=hidden)
        assert isinstance(found.tested_or_synchronized_since_change, Unknown)


SENDS = {"incomingemaildeliverymethod": 0, "actdeliverymethod": 2}
RECEIVES = {"outgoingemaildeliverymethod": 0}


def test_the_directions_that_mailboxes_use_are_counted_apart():
    found = use(tables([mailbox("a", **SENDS), mailbox("b", **RECEIVES), mailbox("c")]))
    assert (found.receiving_mailboxes, found.sending_mailboxes) == (2, 2)


def test_a_direction_that_no_mailbox_uses_is_not_judged():
    anonymous = {"incomingcredentialretrieval": 4, "incomingserverlocation": None}
    sending = profile(servertype=1, usesamesettingsforoutgoingconnections=False, **anonymous)
    only = tables([mailbox("a", **SENDS)], profiles=[sending])
    both = tables([mailbox("a", **SENDS), mailbox("b")], profiles=[sending])
    assert on_profile(only, "integrated-credentials-online") == "pass"
    assert on_profile(both, "integrated-credentials-online") == "fail"


def test_a_mailbox_whose_methods_are_not_known_may_use_both():
    anonymous = {"incomingcredentialretrieval": 4, "incomingserverlocation": None}
    sending = profile(servertype=1, usesamesettingsforoutgoingconnections=False, **anonymous)
    hidden = mailbox("b", **{**SENDS, "incomingemaildeliverymethod": 99})
    open_one = tables([mailbox("a", **SENDS), hidden], profiles=[sending])
    assert on_profile(open_one, "integrated-credentials-online") == "fail"
