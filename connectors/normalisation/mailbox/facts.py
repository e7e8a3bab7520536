"""The facts of one mailbox configuration, a row each: its columns, and how they are read."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from connectors.dynamics.tables import mailboxes
from connectors.normalisation.fact_rows import (
    FactRow,
    choice,
    is_filled,
    optional,
    optional_choice,
    required,
)
from connectors.normalisation.mailbox.buckets import RECENT, UNTOLD
from connectors.normalisation.records import Record
from connectors.normalisation.unknowns import unanswered_column
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.facts import Owner, OwnerKind
from rules.option_sets import (
    ActMethod,
    AppDeployment,
    Approval,
    ContactsImport,
    EmailMethod,
    State,
    TestStatus,
)
from rules.unknown import Unknown, is_one_of

SOURCE = mailboxes.TABLE.source

POSTPONED, LOCKED, DUE = "postponed", "locked", "test due"
"""What keys hold of several columns at once, under names of their own."""

POSTPONEMENTS = (
    "postponemailboxprocessinguntil",
    "postponesendinguntil",
    "receivingpostponeduntil",
    "receivingpostponeduntilforact",
)


class Subject(NamedTuple):
    """What the facts of a configuration are read of.

    `record` holds what the key holds of the columns: of a moment or a number, how many of
    `limits`, or of `error_limits`, it has reached. `matches`: the address is that of the owner.
    """

    record: Record
    owner: Owner
    matches: bool | None
    limits: Mapping[str, tuple[int, ...]]
    error_limits: tuple[int, ...]


@cache
def of_the_mailbox(*columns: str) -> tuple[Evidence, ...]:
    """Columns of the judged mailbox's own record as evidence."""
    return tuple(Evidence(SOURCE, OF_THE_SUBJECT, column) for column in columns)


RELATED = {
    "owner": of_the_mailbox("_regardingobjectid_value"),
    "profile": of_the_mailbox("_emailserverprofile_value"),
    "exchange": of_the_mailbox("emailaddress"),
    "synchronized_since_profile_change": of_the_mailbox("lastsuccessfulsynccompletedon"),
    "tested_since_profile_change": of_the_mailbox("testmailboxaccesscompletedon"),
}
"""What leads to the facts of other records that a mailbox has, or that compare it with them."""


def _is_in_recent_mode(record: Record, column: str) -> bool | Unknown:
    """Whether the address asks Gmail for recent email whoever read it."""
    value = record.raw(column)
    return value if isinstance(value, Unknown) else value == RECENT


def _row(name: str, read: Callable[[Record, str], Any], column: str) -> FactRow:
    """A fact that one column of the mailbox tells, `read` of the record."""
    return FactRow(name, (column,), lambda subject, column: read(subject.record, column))


def _since(name: str, column: str) -> FactRow:
    """Seconds since a moment, at least: the highest limit that they have reached."""

    def read(subject: Subject, column: str) -> int | None | Unknown:
        return _limit(subject.record.optional(column, int), subject.limits[name])

    return FactRow(name, (column,), read)


def _limit(reached: int | None | Unknown, limits: tuple[int, ...]) -> int | None | Unknown:
    if reached is None or isinstance(reached, Unknown):
        return reached
    return limits[reached - 1] if reached else 0


def _is_active(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.choice(column, State), State.ACTIVE)


def _was_tested(record: Record, column: str) -> bool | Unknown:
    tested = record.optional(column, int)
    return tested if isinstance(tested, Unknown) else tested is not None


def _error_count(subject: Subject, column: str) -> int | None | Unknown:
    return _limit(subject.record.optional(column, int), subject.error_limits)


def _matches(subject: Subject, column: str) -> bool | None | Unknown:
    owner, matches = subject.owner, subject.matches
    if owner.kind is OwnerKind.FORWARD or matches is not None:
        return matches
    for fact in (owner.kind, subject.record.filled(column), owner.has_address):
        if isinstance(fact, Unknown):
            return fact
    return None


def _assigned(subject: Subject, column: str, _: str) -> bool | None | Unknown:
    kind = subject.owner.kind
    if isinstance(kind, Unknown):
        return kind
    return subject.record.required(column, bool) if kind is OwnerKind.USER else None


def _error_after_success(subject: Subject, *columns: str) -> bool | None | Unknown:
    """An error without a success may be one with a success whose date is hidden."""
    record, (error, _) = subject.record, columns
    if record.answers_nothing(error) or record.raw(error) is True:
        unknown = record.hidden(*columns)
        if unknown is not None:
            return unknown
    return record.optional(error, bool)


def _postponed(subject: Subject, *columns: str) -> int | None | Unknown:
    """The latest of several dates: one of them that is hidden may be later still."""
    record = subject.record
    untold = _untold(record, POSTPONED, *columns)
    return untold or _limit(record.optional(POSTPONED, int), subject.limits["postponed_for_s"])


def _overdue(subject: Subject, scheduled: str, postponed: str) -> bool | None | Unknown:
    record = subject.record
    if record.raw(scheduled) is not True:
        return None
    return record.hidden(postponed) or record.optional(DUE, bool)


def _locked(subject: Subject, *columns: str) -> bool | Unknown:
    record = subject.record
    return _untold(record, LOCKED, *columns) or record.filled(LOCKED)


def _untold(record: Record, made: str, *columns: str) -> Unknown | None:
    """Why a value that is made of several columns is not known; None: it is."""
    if record.answers_nothing(made) and record.hidden(*columns) is None:
        return unanswered_column(SOURCE, OF_THE_SUBJECT, columns[0], "")
    return record.hidden(*columns)


def _no_where_null(record: Record, column: str) -> bool | Unknown:
    value = record.optional(column, bool | int)  # type: ignore[arg-type]
    return value if isinstance(value, Unknown) else bool(value)


def _told_by_host(record: Record, column: str) -> bool | None | Unknown:
    found = record.optional(column, int)
    if found == UNTOLD:
        return Unknown(
            reason="Auto-discover has found a host that is on no list of Exchange Online, and may "
            "be one of its hosts.",
            remedy="Look at the address in the mailbox, and where the mailbox lives in Exchange.",
            evidence=of_the_mailbox(column),
        )
    return found if found is None or isinstance(found, Unknown) else bool(found)


FACTS = (
    _row("active", _is_active, "statecode"),
    _row("has_address", is_filled, "emailaddress"),
    _row("in_recent_mode", _is_in_recent_mode, "emailaddress"),
    FactRow("address_matches_owner", ("emailaddress",), _matches),
    _row("incoming_method", choice(EmailMethod), "incomingemaildeliverymethod"),
    _row("outgoing_method", choice(EmailMethod), "outgoingemaildeliverymethod"),
    _row("act_method", choice(ActMethod), "actdeliverymethod"),
    _row("incoming_status", optional_choice(TestStatus), "incomingemailstatus"),
    _row("outgoing_status", optional_choice(TestStatus), "outgoingemailstatus"),
    _row("act_status", optional_choice(TestStatus), "actstatus"),
    _row("enabled_for_incoming", required(bool), "enabledforincomingemail"),
    _row("enabled_for_outgoing", required(bool), "enabledforoutgoingemail"),
    _row("enabled_for_act", required(bool), "enabledforact"),
    _row("approval", optional_choice(Approval), "emailrouteraccessapproval"),
    _row("approved_by_microsoft_365", required(bool), "isemailaddressapprovedbyo365admin"),
    FactRow(
        "assigned_to_its_user",
        (
            "_ownerid_value",
            "_regardingobjectid_value",
        ),
        _assigned,
    ),
    _row("credentials_allowed", required(bool), "allowemailconnectortousecredentials"),
    _row("password_set", required(bool), "ispasswordset"),
    _row("oauth_token_set", optional(bool), "isoauthrefreshtokenset"),
    _row("oauth_token_expired", optional(bool), "oauthtokenexpireson"),
    _row("deletes_processed_email", required(bool), "processanddeleteemails"),
    _row("is_forward_mailbox", required(bool), "isforwardmailbox"),
    _row("tested", _was_tested, "testmailboxaccesscompletedon"),
    _row("test_scheduled", required(bool), "testemailconfigurationscheduled"),
    FactRow(
        "test_overdue",
        (
            "testemailconfigurationscheduled",
            "postponetestemailconfigurationuntil",
        ),
        _overdue,
    ),
    _since("since_test_s", "testmailboxaccesscompletedon"),
    _since("since_success_s", "lastsuccessfulsynccompletedon"),
    _since("since_attempt_s", "processinglastattemptedon"),
    FactRow("postponed_for_s", POSTPONEMENTS, _postponed),
    FactRow("sync_error_count", ("lastsyncerrorcount",), _error_count),
    FactRow(
        "error_after_success",
        (
            "lastsyncerroroccurredon",
            "lastsuccessfulsynccompletedon",
        ),
        _error_after_success,
    ),
    _row("transient_failures", _no_where_null, "transientfailurecount"),
    _row("items_failed", _no_where_null, "itemsfailedforlastsync"),
    FactRow(
        "locked_by_host",
        (
            "processingstatecode",
            "hostid",
        ),
        _locked,
    ),
    _row("verbose_logging", _no_where_null, "verboseloggingenabled"),
    _row("app_for_outlook", optional_choice(AppDeployment), "officeappsdeploymentstatus"),
    _row("contacts_import", optional_choice(ContactsImport), "exchangecontactsimportstatus"),
    _row("process_email_after_in_future", _no_where_null, "processemailreceivedafter"),
    _row("ews_host_is_exchange_online", _told_by_host, "ewsurl"),
)
"""What a mailbox's own columns tell, each read of a `Subject`."""
