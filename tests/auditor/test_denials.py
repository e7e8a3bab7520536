"""What a server refuses never turns into a pass: each table and each column is denied in turn."""

import re
from functools import cache

import pytest
from msgspec import UNSET

from auditor.demo.contoso import DECLARED, contoso
from auditor.findings.shared_verdicts import published
from connectors.sources.source import SourceState
from rules.rule import catalogue
from rules.unknown import Unknown
from rules.verdict import Undetermined
from tests.auditor.recorded import NOW, Recorded, Told, by_rule, outcomes, recorded, verdicts

DATE = re.compile(r"\d{4}-\d\d-\d\dT")
UNASKED = ("dynamics.organization-detail", "EnvironmentId")


OUTSIDE = recorded(contoso(0, NOW))
SOURCES = tuple(name for name, told in OUTSIDE.told.items() if told.rows)
KEYS = ("mailboxid", "systemuserid", "queueid", "emailserverprofileid", "organizationid")


@cache
def undisturbed():
    """How everything ends where nothing is denied."""
    return outcomes(verdicts(OUTSIDE, DECLARED), OUTSIDE)


def columns(source):
    """The columns that may be missing: a table never goes without its key."""
    told = OUTSIDE.told[source]
    required = {field for field in type(told.rows[0]).__struct_fields__ if field in KEYS} | {
        type(told.rows[0]).__struct_fields__[0]
    }
    return [column for column in told.state.columns if column not in required]


def faults(denied: Recorded, name):
    """Verdicts that got better, or fell silent, by not looking; and fails that rest on nothing."""
    found = verdicts(denied, DECLARED)
    after = outcomes(found, denied)
    unread = {each.rule.id for each in found.unread}
    wrong = []
    for key, word in undisturbed().items():
        now = after.get(key)
        if now is None:
            lost = word == "fail" and key[0] not in unread
        else:
            lost = (word, now) in {
                ("fail", "pass"),
                ("undetermined", "pass"),
                ("fail", "not-applicable"),
                ("pass", "fail"),
                ("not-applicable", "fail"),
            }
        if lost:
            wrong.append((name, *key, word, now))
    return wrong


@pytest.mark.parametrize("source", SOURCES)
def test_a_table_that_is_refused_or_shown_in_part_lets_nothing_pass(source):
    assert faults(OUTSIDE.failed(source), "failed") == []
    partial = verdicts(OUTSIDE.partial(source), DECLARED)
    lost = [
        key
        for key, word in outcomes(partial, OUTSIDE.partial(source)).items()
        if word == "pass" and undisturbed().get(key) == "fail"
    ]
    assert lost == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_column_that_is_missing_lets_nothing_pass(source):
    wrong = []
    for column in columns(source):
        wrong += faults(OUTSIDE.without(source, column), column)
    assert wrong == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_column_that_security_hides_lets_nothing_pass(source):
    wrong = []
    # Each costs a whole audit; every column is tried above, as one that is missing.
    for column in columns(source)[::3]:
        wrong += faults(OUTSIDE.secured(source, column), column)
    assert wrong == []


COUNTS = frozenset(
    {
        "lastsyncerrorcount",
        "transientfailurecount",
        "itemsfailedforlastsync",
        "verboseloggingenabled",
        "incomingportnumber",
        "outgoingportnumber",
        "minpollingintervalinminutes",
        "maxconcurrentconnections",
        "timeoutmailboxconnectionafteramount",
        "maxuploadfilesize",
        "maxfolderbasedtrackingmappings",
        "tracelogmaximumageindays",
        "deliveryattempts",
    }
)
"""Columns of numbers that are no options: each of their values means something."""


TABLES = ("systemusers", "queues", "emailserverprofiles", "mailboxes", "organizations")
"""Tables that are asked for whole; of the others the server chooses rows by what it knows."""


@pytest.mark.parametrize("source", [f"dynamics.{each}" for each in TABLES])
def test_an_option_that_this_release_does_not_know_lets_nothing_pass(source):
    wrong = []
    for column in columns(source):
        kinds = {type(each) for each in OUTSIDE.values(source, column)}
        if kinds == {int} and column not in COUNTS:
            wrong += faults(OUTSIDE.told_as(source, column, 987654), column)
    assert wrong == []


@pytest.mark.parametrize(
    "column",
    [
        "lastsuccessfulsynccompletedon",
        "processinglastattemptedon",
        "testmailboxaccesscompletedon",
    ],
)
def test_what_happens_years_from_now_lets_nothing_pass(column):
    later = OUTSIDE.told_as("dynamics.mailboxes", column, "2999-01-01T00:00:00Z")
    assert faults(later, column) == []


@pytest.mark.parametrize("source", [f"dynamics.{each}" for each in TABLES])
def test_a_date_that_is_none_lets_nothing_pass(source):
    wrong = []
    for column in columns(source):
        values = OUTSIDE.values(source, column)
        if values and all(DATE.match(str(each)) for each in values):
            wrong += faults(OUTSIDE.told_as(source, column, "soon"), column)
    assert wrong == []


def test_a_refused_table_is_named_as_the_cause_of_what_it_leaves_open():
    found = verdicts(OUTSIDE.failed("dynamics.systemusers"), DECLARED)
    causes = {
        published(verdict.cause)
        for group in found.groups
        for verdict in group.verdicts.values()
        if isinstance(verdict, Undetermined) and verdict.cause is not None
    }
    assert "dynamics.systemusers" in {each.source for each in causes}


def test_a_column_that_no_rule_needs_changes_no_verdict():
    denied = OUTSIDE.without(*UNASKED)
    assert outcomes(verdicts(denied, DECLARED), denied) == undisturbed()


def test_without_sign_in_every_rule_is_undetermined_and_none_passes():
    refused = {
        name: Told(
            [],
            SourceState(
                name, "failed", code="sign-in-failed", reason="refused", remedy="Repair it."
            ),
        )
        for name in OUTSIDE.told
    }
    nothing = Recorded(refused)
    found = verdicts(nothing, {})
    ended = by_rule(outcomes(found, nothing))
    open_rules = {id for id, word in ended.items() if word == "undetermined"}
    open_rules |= {each.rule.id for each in found.unread}
    assert open_rules == {rule.id for rule in catalogue()}
    assert "pass" not in ended.values()
    assert isinstance(found.judge.edition, Unknown)


@pytest.mark.parametrize("source", ["dynamics.mailboxes", "dynamics.systemusers"])
def test_the_order_of_records_changes_no_verdict(source):
    """The order in which records come changes no verdict."""
    told = OUTSIDE.told[source]
    backwards = OUTSIDE.but(source, Told(told.rows[::-1], told.state))
    assert outcomes(verdicts(backwards, DECLARED), backwards) == undisturbed()


def test_a_column_that_no_row_answers_is_one_finding_for_each_rule():
    """The server leaves it out, so what each of many records lacks has one cause."""
    unanswered = OUTSIDE.told_as("dynamics.mailboxes", "enabledforincomingemail", UNSET)
    found = verdicts(unanswered, DECLARED)
    assert faults(unanswered, "enabledforincomingemail") == []
    open_ones = [
        verdict
        for group in found.groups
        for verdict in group.verdicts.values()
        if isinstance(verdict, Undetermined) and "enabledforincomingemail" in verdict.message
    ]
    assert open_ones
    assert {each.cause and each.cause.code for each in open_ones} == {
        "left-out-column-enabledforincomingemail"
    }
