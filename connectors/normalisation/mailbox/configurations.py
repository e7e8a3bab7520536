"""From mailbox rows to mailbox configurations: each distinct one becomes facts once."""

from collections.abc import Mapping
from itertools import repeat
from typing import Any

import numpy as np
from msgspec import UNSET, Struct

from connectors.columnar.id_index import Digests, Positions
from connectors.columnar.page import Page
from connectors.dynamics.tables import mailboxes
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.mailbox.keys import (
    DERIVED,
    MISSING,
    OF_KIND,
    Key,
    Keys,
    LimitsOf,
    relation,
)
from connectors.normalisation.mailbox.mailbox_flags import MailboxFlags
from connectors.normalisation.mailbox.owners import Owners
from connectors.normalisation.records import Record
from connectors.normalisation.unknowns import unanswered_column
from connectors.sources.readings import Readings
from connectors.sources.source import SourceState
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.facts import EmailServerProfile, ExchangeMailbox, Mailbox, Owner, OwnerKind
from rules.option_sets import (
    AccessMode,
    ActMethod,
    AppDeployment,
    Approval,
    ContactsImport,
    EmailMethod,
    State,
    TestStatus,
)
from rules.unknown import Unknown, both, either, is_one_of

SOURCE = mailboxes.TABLE.source

_NEW = -1

POSTPONED, LOCKED, DUE = "postponed", "locked", "test due"
"""What keys hold of several columns at once, under names of their own."""

POSTPONEMENTS = (
    "postponemailboxprocessinguntil",
    "postponesendinguntil",
    "receivingpostponeduntil",
    "receivingpostponeduntilforact",
)


class Configuration(Struct, frozen=True):
    """One distinct mailbox configuration; `number` counts them from 0 as they are met."""

    number: int
    mailbox: Mailbox
    profile_id: str | None


class Interned(Struct, frozen=True):
    """A page of mailboxes: the configuration of each by number, and its address by digest."""

    numbers: Positions
    addresses: Digests


class Mailboxes:
    """Turns pages of mailbox rows into configurations."""

    def __init__(
        self,
        state: SourceState,
        profiles: Mapping[str, EmailServerProfile],
        owners: Owners,
        exchange: ExchangeMailboxes,
        readings: Readings,
        marks: MailboxFlags,
        limits_of: LimitsOf,
    ) -> None:
        self.configurations: list[Configuration] = []
        self._known: dict[Key, int] = {}
        self._state = state
        self._profiles = profiles
        self._profiles_state = readings["dynamics.emailserverprofiles"].state
        self._owners = owners
        self._exchange = exchange
        self._readings = readings
        self._marks = marks
        self._keys = Keys(owners, exchange, marks.by_id, limits_of)
        self._limits = self._keys.limits
        self._error_limits = self._keys.error_limits

    def describe(self, state: SourceState) -> None:
        """Tells which columns the pages to come hold: known once the first page is there."""
        self._state = state

    def intern(self, page: Page) -> Interned:
        """The number of each row's configuration, and its address, in the order of the page."""
        keyed = self._keys.of(page)
        keys, count = keyed.keys, len(page.rows)
        numbers = np.fromiter(map(self._known.get, keys, repeat(_NEW)), np.int64, count)
        if (numbers == _NEW).any():
            numbers = np.fromiter(map(self._number, keys), np.int64, count)
        return Interned(numbers, keyed.digests)

    def _number(self, key: Key) -> int:
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.configurations)
            self.configurations.append(self._new(key, number))
        return number

    def _new(self, key: Key, number: int) -> Configuration:
        mailbox, profile = self._mailbox(key)
        return Configuration(
            number=number,
            mailbox=mailbox,
            profile_id=profile if isinstance(profile, str) else None,
        )

    def _mailbox(self, key: Key) -> tuple[Mailbox, Any]:
        kind, of_owner, exchange, *derived = key
        owner_key, matches, default_is_this, assigned = relation(of_owner)
        values = {
            **dict(zip(OF_KIND, self._keys.kinds.values_met[kind], strict=True)),
            **dict(zip(DERIVED, derived, strict=True)),
            "_regardingobjectid_value": owner_key if owner_key in (None, UNSET) else "",
            "_ownerid_value": assigned,
        }
        profile = values["_emailserverprofile_value"]
        record = Record(SOURCE, OF_THE_SUBJECT, "", values, self._state)
        owner = self._owner(record, owner_key, default_is_this)
        fields = self._own_fields(record, owner, matches, assigned)
        mailbox = Mailbox(
            owner=owner,
            profile=self._profile(record, profile),
            exchange=self._exchange_fact(exchange),
            **fields,
            **_population(fields, owner),
            **self._marks.facts(values["marks"]),
            origins=ORIGINS | self._marks.origins(values["marks"]),
        )
        return mailbox, profile

    def _own_fields(
        self, record: Record, owner: Owner, matches: bool | None, assigned: Any
    ) -> dict[str, Any]:
        tested = record.optional("testmailboxaccesscompletedon", int)
        return {
            "active": is_one_of(record.choice("statecode", State), State.ACTIVE),
            "has_address": record.filled("emailaddress"),
            "address_matches_owner": self._matches(record, owner, matches),
            "incoming_method": record.choice("incomingemaildeliverymethod", EmailMethod),
            "outgoing_method": record.choice("outgoingemaildeliverymethod", EmailMethod),
            "act_method": record.choice("actdeliverymethod", ActMethod),
            "incoming_status": record.optional_choice("incomingemailstatus", TestStatus),
            "outgoing_status": record.optional_choice("outgoingemailstatus", TestStatus),
            "act_status": record.optional_choice("actstatus", TestStatus),
            "enabled_for_incoming": record.required("enabledforincomingemail", bool),
            "enabled_for_outgoing": record.required("enabledforoutgoingemail", bool),
            "enabled_for_act": record.required("enabledforact", bool),
            "approval": record.optional_choice("emailrouteraccessapproval", Approval),
            "approved_by_microsoft_365": record.required("isemailaddressapprovedbyo365admin", bool),
            "assigned_to_its_user": self._assigned(record, owner),
            "credentials_allowed": record.required("allowemailconnectortousecredentials", bool),
            "password_set": record.required("ispasswordset", bool),
            "oauth_token_set": record.optional("isoauthrefreshtokenset", bool),
            "oauth_token_expired": record.optional("oauthtokenexpireson", bool),
            "deletes_processed_email": record.required("processanddeleteemails", bool),
            "is_forward_mailbox": record.required("isforwardmailbox", bool),
            "tested": tested if isinstance(tested, Unknown) else tested is not None,
            "test_scheduled": record.required("testemailconfigurationscheduled", bool),
            "test_overdue": _overdue(record),
            "since_test_s": self._seconds(tested, "since_test_s"),
            "since_success_s": self._seconds(
                record.optional("lastsuccessfulsynccompletedon", int), "since_success_s"
            ),
            "since_attempt_s": self._seconds(
                record.optional("processinglastattemptedon", int), "since_attempt_s"
            ),
            "postponed_for_s": self._seconds(_postponed(record), "postponed_for_s"),
            "sync_error_count": self._limit(
                record.optional("lastsyncerrorcount", int), self._error_limits
            ),
            "error_after_success": _error_after_success(record),
            "transient_failures": _no_where_null(record, "transientfailurecount"),
            "items_failed": _no_where_null(record, "itemsfailedforlastsync"),
            "locked_by_host": _locked(record),
            "verbose_logging": _no_where_null(record, "verboseloggingenabled"),
            "app_for_outlook": record.optional_choice("officeappsdeploymentstatus", AppDeployment),
            "contacts_import": record.optional_choice(
                "exchangecontactsimportstatus", ContactsImport
            ),
            "process_email_after_in_future": _no_where_null(record, "processemailreceivedafter"),
            "ews_host_is_exchange_online": record.optional("ewsurl", bool),
        }

    def _seconds(self, reached: int | None | Unknown, fact: str) -> int | None | Unknown:
        return self._limit(reached, self._limits[fact])

    @staticmethod
    def _limit(reached: int | None | Unknown, limits: tuple[int, ...]) -> int | None | Unknown:
        if reached is None or isinstance(reached, Unknown):
            return reached
        return limits[reached - 1] if reached else 0

    @staticmethod
    def _matches(record: Record, owner: Owner, matches: bool | None) -> bool | None | Unknown:
        kind = owner.kind
        if kind is OwnerKind.FORWARD or matches is not None:
            return matches
        for fact in (kind, record.filled("emailaddress"), owner.has_address):
            if isinstance(fact, Unknown):
                return fact
        return None

    @staticmethod
    def _assigned(record: Record, owner: Owner) -> bool | None | Unknown:
        if isinstance(owner.kind, Unknown):
            return owner.kind
        return record.required("_ownerid_value", bool) if owner.kind is OwnerKind.USER else None

    def _owner(self, record: Record, key: Any, default_is_this: Any) -> Owner:
        if isinstance(key, int):
            return self._owners.fact(key, default_is_this=default_is_this)
        names = [name for name in Owner.__struct_fields__ if name not in ("origins", "kind")]
        origins = dict.fromkeys(["kind", *names], ORIGINS["owner"])
        if key == MISSING:
            missing = self._owners.missing()
            return Owner(kind=missing, **dict.fromkeys(names, missing), origins=origins)
        regarding = record.optional("_regardingobjectid_value", str)
        if isinstance(regarding, Unknown):
            return Owner(kind=regarding, **dict.fromkeys(names, regarding), origins=origins)
        return Owner(kind=OwnerKind.FORWARD, **dict.fromkeys(names), origins=origins)

    def _profile(self, record: Record, id: Any) -> EmailServerProfile | None | Unknown:
        found = record.optional("_emailserverprofile_value", str)
        if found is None or isinstance(found, Unknown):
            return found
        profile = self._profiles.get(found)
        if profile is not None:
            return profile
        if not self._profiles_state.whole:
            return self._profiles_state.unknown()
        return Unknown(
            reason="The email server profile that the mailbox points to does not exist.",
            remedy="Assign an email server profile to the mailbox.",
            evidence=ORIGINS["profile"],
        )

    def _exchange_fact(self, number: int) -> ExchangeMailbox:
        return self._exchange.fact(number)


def _population(fields: dict[str, Any], owner: Owner) -> dict[str, Any]:
    """Whether the mailbox is meant to synchronize, and if not, why."""
    incoming = is_one_of(fields["incoming_method"], EmailMethod.SERVER_SIDE)
    outgoing = is_one_of(fields["outgoing_method"], EmailMethod.SERVER_SIDE)
    appointments = is_one_of(fields["act_method"], ActMethod.SERVER_SIDE)
    in_use = both(fields["active"], either(incoming, outgoing, appointments))
    was_used = either(
        both(incoming, _was_used(fields["enabled_for_incoming"], fields["incoming_status"])),
        both(outgoing, _was_used(fields["enabled_for_outgoing"], fields["outgoing_status"])),
        both(appointments, _was_used(fields["enabled_for_act"], fields["act_status"])),
    )
    synchronizing = both(in_use, either(was_used, _is_meant(owner)))
    dormant: str | None | Unknown = None
    if isinstance(synchronizing, Unknown):
        dormant = synchronizing
    elif in_use is True and not synchronizing:
        dormant = _dormant_kind(owner)
    return {"synchronizing": synchronizing, "dormant_kind": dormant}


def _was_used(enabled: bool | Unknown, status: TestStatus | None | Unknown) -> bool | Unknown:
    """Whether a method was ever tested or enabled, which shows that somebody means to use it."""
    return either(enabled, is_one_of(status, TestStatus.SUCCESS, TestStatus.FAILURE))


def _is_meant(owner: Owner) -> bool | Unknown:
    modes = (AccessMode.READ_WRITE, AccessMode.ADMINISTRATIVE, AccessMode.READ)
    enabled = is_one_of(owner.enabled, True)
    person = both(
        is_one_of(owner.kind, OwnerKind.USER),
        enabled,
        is_one_of(owner.is_application, False),
        is_one_of(owner.is_pseudo_user, False),
        is_one_of(owner.access_mode, *modes, AccessMode.NON_INTERACTIVE),
    )
    queue = both(
        is_one_of(owner.kind, OwnerKind.QUEUE), enabled, is_one_of(owner.has_address, True)
    )
    return either(is_one_of(owner.kind, OwnerKind.FORWARD), person, queue)


def _dormant_kind(owner: Owner) -> str:
    """What kind of owner keeps the mailbox from being meant to synchronize."""
    if owner.kind is OwnerKind.QUEUE:
        if owner.enabled is False:
            return "inactive queue"
        return "private queue without address" if owner.private is True else "queue without address"
    if owner.is_pseudo_user is True:
        return "SYSTEM or INTEGRATION"
    if owner.is_application is True:
        return "application user"
    if owner.enabled is False:
        return "disabled user"
    if owner.access_mode is AccessMode.SUPPORT:
        return "support user"
    return "delegated administrator"


def _error_after_success(record: Record) -> bool | None | Unknown:
    """An error without a success may be one with a success whose date is hidden."""
    if record.answers_nothing("lastsyncerroroccurredon") or (
        record.raw("lastsyncerroroccurredon") is True
    ):
        unknown = record.hidden("lastsyncerroroccurredon", "lastsuccessfulsynccompletedon")
        if unknown is not None:
            return unknown
    return record.optional("lastsyncerroroccurredon", bool)


def _postponed(record: Record) -> int | None | Unknown:
    """The latest of several dates: one of them that is hidden may be later still."""
    return _untold(record, POSTPONED, *POSTPONEMENTS) or record.optional(POSTPONED, int)


def _overdue(record: Record) -> bool | None | Unknown:
    if record.raw("testemailconfigurationscheduled") is not True:
        return None
    return record.hidden("postponetestemailconfigurationuntil") or record.optional(DUE, bool)


def _locked(record: Record) -> bool | Unknown:
    return _untold(record, LOCKED, "processingstatecode", "hostid") or record.filled(LOCKED)


def _untold(record: Record, made: str, *columns: str) -> Unknown | None:
    """Why a value that is made of several columns is not known; None: it is."""
    if record.answers_nothing(made) and record.hidden(*columns) is None:
        return unanswered_column(SOURCE, OF_THE_SUBJECT, columns[0], "")
    return record.hidden(*columns)


def _no_where_null(record: Record, column: str) -> bool | Unknown:
    value = record.optional(column, bool | int)  # type: ignore[arg-type]
    return value if isinstance(value, Unknown) else bool(value)


def _of_the_mailbox(*columns: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(SOURCE, OF_THE_SUBJECT, column) for column in columns)


ORIGINS: dict[str, tuple[Evidence, ...]] = {
    fact: _of_the_mailbox(*columns)
    for fact, columns in {
        "active": ("statecode",),
        "owner": ("_regardingobjectid_value",),
        "profile": ("_emailserverprofile_value",),
        "exchange": ("emailaddress",),
        "has_address": ("emailaddress",),
        "address_matches_owner": ("emailaddress",),
        "incoming_method": ("incomingemaildeliverymethod",),
        "outgoing_method": ("outgoingemaildeliverymethod",),
        "act_method": ("actdeliverymethod",),
        "incoming_status": ("incomingemailstatus",),
        "outgoing_status": ("outgoingemailstatus",),
        "act_status": ("actstatus",),
        "enabled_for_incoming": ("enabledforincomingemail",),
        "enabled_for_outgoing": ("enabledforoutgoingemail",),
        "enabled_for_act": ("enabledforact",),
        "synchronizing": (
            "statecode",
            "incomingemaildeliverymethod",
            "outgoingemaildeliverymethod",
            "actdeliverymethod",
        ),
        "dormant_kind": ("_regardingobjectid_value",),
        "approval": ("emailrouteraccessapproval",),
        "approved_by_microsoft_365": ("isemailaddressapprovedbyo365admin",),
        "assigned_to_its_user": ("_ownerid_value", "_regardingobjectid_value"),
        "credentials_allowed": ("allowemailconnectortousecredentials",),
        "password_set": ("ispasswordset",),
        "oauth_token_set": ("isoauthrefreshtokenset",),
        "oauth_token_expired": ("oauthtokenexpireson",),
        "deletes_processed_email": ("processanddeleteemails",),
        "is_forward_mailbox": ("isforwardmailbox",),
        "tested": ("testmailboxaccesscompletedon",),
        "test_scheduled": ("testemailconfigurationscheduled",),
        "test_overdue": (
            "testemailconfigurationscheduled",
            "postponetestemailconfigurationuntil",
        ),
        "since_test_s": ("testmailboxaccesscompletedon",),
        "since_success_s": ("lastsuccessfulsynccompletedon",),
        "since_attempt_s": ("processinglastattemptedon",),
        "postponed_for_s": POSTPONEMENTS,
        "sync_error_count": ("lastsyncerrorcount",),
        "error_after_success": ("lastsyncerroroccurredon", "lastsuccessfulsynccompletedon"),
        "transient_failures": ("transientfailurecount",),
        "items_failed": ("itemsfailedforlastsync",),
        "locked_by_host": ("processingstatecode", "hostid"),
        "verbose_logging": ("verboseloggingenabled",),
        "app_for_outlook": ("officeappsdeploymentstatus",),
        "contacts_import": ("exchangecontactsimportstatus",),
        "process_email_after_in_future": ("processemailreceivedafter",),
        "ews_host_is_exchange_online": ("ewsurl",),
    }.items()
}
"""The columns that each fact of a mailbox is read from."""
