"""Users and queues by id, held small: what a mailbox needs to know of its owner."""

import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, cast

from connectors.columns import filled, folded
from connectors.compact_index import CompactIndex, digests
from connectors.dynamics import queues, systemusers
from connectors.records import Record
from connectors.sources import Page, SourceState
from connectors.spool import Spool
from connectors.unknowns import scalar
from rules.evidence import OF_ITS_OWNER, Evidence
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode, EmailMethod, FilteringMethod, State
from rules.unknown import Unknown, is_one_of, negated

PSEUDO_USERS = frozenset({"SYSTEM", "INTEGRATION"})
"""Names of the users that every organisation has and that are nobody."""

USERS = systemusers.TABLE.source
QUEUES = queues.TABLE.source
_UNREAD_USERS = SourceState(name=USERS, status="failed")
_UNREAD_QUEUES = SourceState(name=QUEUES, status="failed")

ADDRESS_COLUMNS = frozenset({"internalemailaddress", "emailaddress"})

_USER_COLUMNS = (
    "isdisabled",
    "accessmode",
    "islicensed",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
)
_QUEUE_COLUMNS = (
    "statecode",
    "queueviewtype",
    "incomingemailfilteringmethod",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
)


Found = tuple[int, int, int]
"""Of a user or queue: its configuration, and the digests of address and default mailbox."""


class Owners:
    """The users and queues that were read, by id."""

    def __init__(self) -> None:
        self._states = (_UNREAD_USERS, _UNREAD_QUEUES)
        self._index = CompactIndex()
        self._numbers = array("I")
        self._addresses = array("q")
        self._default_mailboxes = array("q")
        self._texts: Spool[str] = Spool(str)
        self._configurations: dict[tuple[Any, ...], int] = {}
        self._keys: list[tuple[Any, ...]] = []
        self._read_at: dict[str, str] = {}
        self._lock = threading.Lock()

    def add_users(self, page: Page) -> None:
        """Keeps what mailboxes need of a page of users."""
        column = page.columns
        if column:
            keys = zip(
                repeat("user"),
                filled(column["internalemailaddress"]),
                *(column[name] for name in _USER_COLUMNS),
                filled(column["applicationid"]),
                _pseudo_names(column["fullname"]),
                strict=False,
            )
            self._add(USERS, page, column["systemuserid"], keys, column["internalemailaddress"])

    def add_queues(self, page: Page) -> None:
        """Keeps what mailboxes need of a page of queues."""
        column = page.columns
        if column:
            keys = zip(
                repeat("queue"),
                filled(column["emailaddress"]),
                *(column[name] for name in _QUEUE_COLUMNS),
                strict=False,
            )
            self._add(QUEUES, page, column["queueid"], keys, column["emailaddress"])

    def _add(
        self,
        source: str,
        page: Page,
        ids: Sequence[str],
        keys: Iterable[tuple[Any, ...]],
        addresses: Sequence[Any],
    ) -> None:
        addresses = folded(addresses)
        own_keys = list(keys)
        with self._lock:
            self._read_at.setdefault(source, page.read_at)
            self._index.add(ids)
            numbers = list(map(self._configurations.get, own_keys))
            if None in numbers:
                numbers = [self._intern(key) for key in own_keys]
            self._numbers.extend(cast(list[int], numbers))
            self._addresses.extend(digests(addresses))
            self._default_mailboxes.extend(digests(page.columns["default_mailbox"]))
            self._texts.add([each or "" for each in addresses])

    def describe(self, users: SourceState, queues_: SourceState) -> None:
        """Tells how the reading of both tables ended."""
        self._states = (users, queues_)

    def find(self, ids: Sequence[Any]) -> list[Found | None]:
        """What is held of each user or queue; None: it was not among those read."""
        numbers, addresses, defaults = self._numbers, self._addresses, self._default_mailboxes
        return [
            None if at is None else (numbers[at], addresses[at], defaults[at])
            for at in self._index.find(ids)
        ]

    def find_all(self, ids: Sequence[Any]) -> tuple[list[int], list[int], list[int]] | None:
        """What `find` gives by column; None where one of them was not among those read."""
        at = self._index.find(ids)
        if None in at:
            return None
        kept = (self._numbers, self._addresses, self._default_mailboxes)
        places = cast(list[int], at)
        numbers, addresses, defaults = (list(map(each.__getitem__, places)) for each in kept)
        return numbers, addresses, defaults

    def address(self, id: str) -> str | None:
        """The address of a user or queue, lower-case. Slow: for findings."""
        at = self._index.get(id)
        return (self._texts.read(at) or None) if at is not None else None

    def addresses(self) -> Iterator[str]:
        """The addresses of all users and queues, lower-case, each as often as it occurs."""
        return (address for address in self._texts if address)

    def missing(self) -> Unknown:
        """Why an owner is not among those read."""
        for state in self._states:
            if not state.whole:
                return state.unknown()
        return Unknown(
            reason="The user or queue that the mailbox belongs to does not exist.",
            remedy="Deactivate the mailbox, or repair what it belongs to.",
            evidence=(Evidence("dynamics.mailboxes", "", "_regardingobjectid_value"),),
        )

    def activity(self, id: str) -> tuple[bool | Unknown, bool | Unknown]:
        """Whether a user is active, and whether it is SYSTEM or INTEGRATION."""
        (entry,) = self.find((id,))
        if entry is None:
            state = self._states[0]
            why = (
                Unknown(
                    reason="The record is owned by a team, or by a user that does not exist.",
                    remedy="Assign the profile to a user that is an administrator.",
                )
                if state.whole
                else state.unknown()
            )
            return why, why
        owner = self.fact(entry[0], default_is_this=None)
        enabled = owner.enabled
        pseudo = owner.is_pseudo_user
        return (
            enabled if isinstance(enabled, Unknown) else bool(enabled),
            pseudo if isinstance(pseudo, Unknown) else bool(pseudo),
        )

    def fact(self, configuration: int, *, default_is_this: Any) -> Owner:
        """The owner of one configuration.

        `default_is_this`: whether the default mailbox of the user or queue is the one at hand;
        null and UNSET as the column came.
        """
        kind, has_address, *values = self._keys[configuration]
        if kind == "user":
            return self._user(has_address, values, default_is_this)
        return self._queue(has_address, values, default_is_this)

    def _intern(self, key: tuple[Any, ...]) -> int:
        number = self._configurations.get(key)
        if number is None:
            number = self._configurations[key] = len(self._keys)
            self._keys.append(key)
        return number

    def _user(self, has_address: Any, values: list[Any], default_is_this: Any) -> Owner:
        *plain, is_application, pseudo_name = values
        record = self._record(
            self._states[0],
            {
                **dict(zip(_USER_COLUMNS, plain, strict=True)),
                "internalemailaddress": has_address,
                "applicationid": is_application,
                "fullname": pseudo_name,
                "_defaultmailbox_value": default_is_this,
            },
        )
        return Owner(
            kind=OwnerKind.USER,
            enabled=negated(record.required("isdisabled", bool)),
            access_mode=record.choice("accessmode", AccessMode),
            is_application=record.filled("applicationid"),
            is_pseudo_user=_is_pseudo(record),
            licensed=record.required("islicensed", bool),
            has_address=record.filled("internalemailaddress"),
            incoming_method=record.choice("incomingemaildeliverymethod", EmailMethod),
            outgoing_method=record.choice("outgoingemaildeliverymethod", EmailMethod),
            default_mailbox_is_this=record.optional("_defaultmailbox_value", bool),
            filtering=None,
            private=None,
            origins=_origins(record, _USER_ORIGINS),
        )

    def _queue(self, has_address: Any, values: list[Any], default_is_this: Any) -> Owner:
        record = self._record(
            self._states[1],
            {
                **dict(zip(_QUEUE_COLUMNS, values, strict=True)),
                "emailaddress": has_address,
                "_defaultmailbox_value": default_is_this,
            },
        )
        return Owner(
            kind=OwnerKind.QUEUE,
            enabled=is_one_of(record.choice("statecode", State), State.ACTIVE),
            access_mode=None,
            is_application=None,
            is_pseudo_user=None,
            licensed=None,
            has_address=record.filled("emailaddress"),
            incoming_method=record.choice("incomingemaildeliverymethod", EmailMethod),
            outgoing_method=record.choice("outgoingemaildeliverymethod", EmailMethod),
            default_mailbox_is_this=record.optional("_defaultmailbox_value", bool),
            filtering=record.choice("incomingemailfilteringmethod", FilteringMethod),
            private=is_one_of(record.required("queueviewtype", int), 1),
            origins=_origins(record, _QUEUE_ORIGINS),
        )

    def _record(self, state: SourceState, values: dict[str, object]) -> Record:
        return Record(state.name, OF_ITS_OWNER, self._read_at.get(state.name, ""), values, state)


_USER_ORIGINS = {
    "kind": "systemuserid",
    "enabled": "isdisabled",
    "access_mode": "accessmode",
    "is_application": "applicationid",
    "is_pseudo_user": "fullname",
    "licensed": "islicensed",
    "has_address": "internalemailaddress",
    "incoming_method": "incomingemaildeliverymethod",
    "outgoing_method": "outgoingemaildeliverymethod",
    "default_mailbox_is_this": "_defaultmailbox_value",
    "filtering": "systemuserid",
    "private": "systemuserid",
}
_QUEUE_ORIGINS = {
    "kind": "queueid",
    "enabled": "statecode",
    "access_mode": "queueid",
    "is_application": "queueid",
    "is_pseudo_user": "queueid",
    "licensed": "queueid",
    "has_address": "emailaddress",
    "incoming_method": "incomingemaildeliverymethod",
    "outgoing_method": "outgoingemaildeliverymethod",
    "default_mailbox_is_this": "_defaultmailbox_value",
    "filtering": "incomingemailfilteringmethod",
    "private": "queueviewtype",
}


def _origins(record: Record, columns: dict[str, str]) -> dict[str, tuple[Evidence, ...]]:
    return {
        fact: (
            Evidence(record.source, OF_ITS_OWNER, column, _shown(record, column), record.read_at),
        )
        for fact, column in columns.items()
    }


def _shown(record: Record, column: str) -> str | int | bool | None:
    """The value as evidence; of a column whose values are many, whether it is set.

    An address is filled in where the evidence becomes that of one mailbox.
    """
    value = record.raw(column)
    if isinstance(value, Unknown) or column in ADDRESS_COLUMNS:
        return None
    if column == "applicationid":
        return "(set)" if value else None
    if column == "fullname":
        return str(value) if value else "(a name of its own)"
    return scalar(value)  # type: ignore[return-value]


def _is_pseudo(record: Record) -> bool | Unknown:
    name = record.optional("fullname", str)
    return name if isinstance(name, Unknown) else name in PSEUDO_USERS


def _pseudo_names(names: Sequence[Any]) -> Iterable[Any]:
    """The names of pseudo users; of all others an empty text. Null and UNSET stay."""
    if PSEUDO_USERS.isdisjoint(names) and all(names):
        return repeat("")
    return [each if not each or each in PSEUDO_USERS else "" for each in names]
