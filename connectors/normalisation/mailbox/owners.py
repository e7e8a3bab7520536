"""Users and queues by id, held small: what a mailbox needs to know of its owner."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from connectors.columnar.columns import Kinds, Numbered, filled, folded
from connectors.columnar.id_index import (
    NOWHERE,
    NULL,
    Digests,
    Growing,
    IdIndex,
    digests,
    digests_of_ids,
    id_digests,
)
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool
from connectors.dynamics.tables import queues, systemusers
from connectors.normalisation.fact_rows import (
    FactRow,
    choice,
    fields,
    is_filled,
    optional,
    required,
)
from connectors.normalisation.records import Record
from connectors.normalisation.unknowns import scalar
from connectors.sources.source import SourceState
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


class Held(NamedTuple):
    """What is held of users and queues, by column: one of each for every id that was asked for.

    The number of its configuration, `NOBODY` where it was not read; the digests of its address and
    of its default mailbox.
    """

    numbers: "np.ndarray[Any, np.dtype[np.int32]]"
    addresses: Digests
    default_mailboxes: Digests


NOBODY = -1


class Owners:
    """The users and queues that were read, by id.

    >>> owners.add_users(Page([UserRow("u-1", internalemailaddress="Anna@Contoso.example")], …))
    >>> owners.addresses_of(["u-1", "u-9"])
    ['anna@contoso.example', None]
    """

    def __init__(self) -> None:
        self._states = (_UNREAD_USERS, _UNREAD_QUEUES)
        self._index = IdIndex()
        self._numbers = Growing(np.int32)
        self._addresses = Growing(np.int64)
        self._default_mailboxes = Growing(np.int64)
        self._texts: Spool[str] = Spool(str)
        self._configurations = Numbered()
        self._read_at: dict[str, str] = {}
        self._lock = threading.Lock()

    def add_users(self, page: Page) -> None:
        """Keeps what mailboxes need of a page of users."""
        column = page.columns
        if page.rows:
            self._add(
                ("user", USERS, _USER_COLUMNS),
                page,
                id_digests(page, "systemuserid"),
                column["internalemailaddress"],
                filled(column["applicationid"]),
                _pseudo_names(column["fullname"]),
            )

    def add_queues(self, page: Page) -> None:
        """Keeps what mailboxes need of a page of queues."""
        column = page.columns
        if page.rows:
            self._add(
                ("queue", QUEUES, _QUEUE_COLUMNS),
                page,
                id_digests(page, "queueid"),
                column["emailaddress"],
            )

    def _add(
        self,
        table: tuple[str, str, tuple[str, ...]],
        page: Page,
        ids: Digests,
        addresses: Sequence[Any],
        *further: Iterable[Any],
    ) -> None:
        name, source, columns = table
        kinds = page.kinds
        alike = list(zip(repeat(name), *map(kinds.of, columns), strict=False))
        own = [filled(addresses), *further]
        addresses = folded(addresses)
        of_addresses, of_defaults = digests(addresses), id_digests(page, "default_mailbox")
        with self._lock:
            self._read_at.setdefault(source, page.read_at)
            self._index.add(ids)
            self._numbers.extend(np.fromiter(self._number(alike, kinds, own), np.int32, len(ids)))
            self._addresses.extend(of_addresses)
            self._default_mailboxes.extend(of_defaults)
            self._texts.add(
                list(addresses) if all(addresses) else [each or "" for each in addresses]
            )

    def _number(
        self, alike: list[tuple[Any, ...]], kinds: Kinds, own: list[Iterable[Any]]
    ) -> Iterable[int]:
        """The number of each row's configuration, made of what its kind and itself have."""
        number = self._configurations.__getitem__
        if all(isinstance(each, repeat) for each in own):
            # Mostly all users have an address and a name of no note, and their kind decides.
            same = tuple(next(iter(each)) for each in own)
            of_kind = [number((each, *same)) for each in alike]
            return map(of_kind.__getitem__, kinds.numbers)
        rows = zip(map(alike.__getitem__, kinds.numbers), *own, strict=False)
        return map(number, rows)

    def describe(self, users: SourceState, queues_: SourceState) -> None:
        """Tells how the reading of both tables ended."""
        self._states = (users, queues_)

    def find(self, ids: Digests) -> Held:
        """What is held of the users or queues with these ids, given by their digests."""
        at = self._index.find(ids)
        return Held(
            self._numbers.ended_by(NOBODY)[at],
            self._addresses.ended_by(NULL)[at],
            self._default_mailboxes.ended_by(NULL)[at],
        )

    def addresses_of(self, ids: Sequence[Any]) -> list[str | None]:
        """The address of each user or queue, lower-case. Slow for a few, so ask of many at once."""
        positions = self._index.find(digests_of_ids(ids)).tolist()
        texts = iter(self._texts.read_each([each for each in positions if each != NOWHERE]))
        return [None if each == NOWHERE else next(texts) or None for each in positions]

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
        (number,) = self.find(digests_of_ids((id,))).numbers.tolist()
        if number == NOBODY:
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
        owner = self.fact(number, default_is_this=None)
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
        (kind, *values), has_address, *further = self._configurations.values_met[configuration]
        if kind == "user":
            return self._user(has_address, [*values, *further], default_is_this)
        return self._queue(has_address, values, default_is_this)

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
        return Owner(kind=OwnerKind.USER, **_fields(_USER_FACTS, record))

    def _queue(self, has_address: Any, values: list[Any], default_is_this: Any) -> Owner:
        record = self._record(
            self._states[1],
            {
                **dict(zip(_QUEUE_COLUMNS, values, strict=True)),
                "emailaddress": has_address,
                "_defaultmailbox_value": default_is_this,
            },
        )
        return Owner(kind=OwnerKind.QUEUE, **_fields(_QUEUE_FACTS, record))

    def _record(self, state: SourceState, values: dict[str, object]) -> Record:
        return Record(state.name, OF_ITS_OWNER, self._read_at.get(state.name, ""), values, state)


def _nothing(record: Record, column: str) -> None:
    """What this kind of owner does not have."""


def _is_enabled(record: Record, column: str) -> bool | Unknown:
    return negated(record.required(column, bool))


def _is_active(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.choice(column, State), State.ACTIVE)


def _is_private(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.required(column, int), 1)


def _is_pseudo(record: Record, column: str) -> bool | Unknown:
    name = record.optional(column, str)
    return name if isinstance(name, Unknown) else name in PSEUDO_USERS


_METHODS = (
    FactRow("incoming_method", ("incomingemaildeliverymethod",), choice(EmailMethod)),
    FactRow("outgoing_method", ("outgoingemaildeliverymethod",), choice(EmailMethod)),
    FactRow("default_mailbox_is_this", ("_defaultmailbox_value",), optional(bool)),
)
_USER_FACTS = (
    FactRow("enabled", ("isdisabled",), _is_enabled),
    FactRow("access_mode", ("accessmode",), choice(AccessMode)),
    FactRow("is_application", ("applicationid",), is_filled),
    FactRow("is_pseudo_user", ("fullname",), _is_pseudo),
    FactRow("licensed", ("islicensed",), required(bool)),
    FactRow("has_address", ("internalemailaddress",), is_filled),
    *_METHODS,
    FactRow("filtering", ("systemuserid",), _nothing),
    FactRow("private", ("systemuserid",), _nothing),
)
_QUEUE_FACTS = (
    FactRow("enabled", ("statecode",), _is_active),
    FactRow("access_mode", ("queueid",), _nothing),
    FactRow("is_application", ("queueid",), _nothing),
    FactRow("is_pseudo_user", ("queueid",), _nothing),
    FactRow("licensed", ("queueid",), _nothing),
    FactRow("has_address", ("emailaddress",), is_filled),
    *_METHODS,
    FactRow("filtering", ("incomingemailfilteringmethod",), choice(FilteringMethod)),
    FactRow("private", ("queueviewtype",), _is_private),
)
_KIND_COLUMNS = {USERS: "systemuserid", QUEUES: "queueid"}
ID_COLUMNS = frozenset(_KIND_COLUMNS.values())
"""Like an address, an id is filled in where the evidence becomes that of one mailbox."""


def _fields(rows: tuple[FactRow, ...], record: Record) -> dict[str, Any]:
    """The fields of an owner, with their evidence in its own record."""
    found = fields(rows, record, partial(_evidence, record))
    found["origins"]["kind"] = _evidence(record, _KIND_COLUMNS[record.source])
    return found


def _evidence(record: Record, column: str) -> tuple[Evidence, ...]:
    shown = _shown(record, column)
    return (Evidence(record.source, OF_ITS_OWNER, column, shown, record.read_at),)


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


def _pseudo_names(names: Sequence[Any]) -> Iterable[Any]:
    """The names of pseudo users; of all others an empty text. Null and UNSET stay."""
    if all(names):
        joined = "\0".join(names)
        if not any(each in joined for each in PSEUDO_USERS):
            return repeat("")
    return [each if not each or each in PSEUDO_USERS else "" for each in names]
