"""Users and queues by id, held small: what a mailbox needs to know of its owner."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

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
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.mailbox.owner_facts import (
    PSEUDO_USERS,
    QUEUE_COLUMNS,
    QUEUES,
    USER_COLUMNS,
    USERS,
    owner_of,
)
from connectors.normalisation.time_zones import SETTINGS, UNREAD, TimeZones
from connectors.sources.source import SourceState
from rules.evidence import OF_ITS_OWNER, Evidence
from rules.facts import Owner
from rules.unknown import Unknown

_UNREAD_USERS = SourceState(name=USERS, status="failed")
_UNREAD_QUEUES = SourceState(name=QUEUES, status="failed")


class Held(NamedTuple):
    """What is held of users and queues, by column: one of each for every id that was asked for.

    The number of its configuration, `NOBODY` where it was not read; the digests of its address and
    of its default mailbox.
    """

    numbers: "np.ndarray[Any, np.dtype[np.int32]]"
    addresses: Digests
    default_mailboxes: Digests


NOBODY = -1
_NO_CODE = -1
"""Stands for the time zone of settings that came without one."""


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
        self._zoned = Growing(np.int64)
        self._zone_codes = Growing(np.int64)
        self._zones = UNREAD
        self._read_at: dict[str, str] = {}
        self._lock = threading.Lock()

    def add_users(self, page: Page) -> None:
        """Keeps what mailboxes need of a page of users."""
        column = page.columns
        if page.rows:
            self._add(
                ("user", USERS, USER_COLUMNS),
                page,
                id_digests(page, "systemuserid"),
                column["internalemailaddress"],
                filled(column["applicationid"]),
                _pseudo_names(column["fullname"]),
                repeat(None, len(page.rows)),
            )

    def add_settings(self, page: Page) -> None:
        """Keeps the time zones of a page of users' settings."""
        if page.rows:
            codes = page.columns["timezonecode"]
            with self._lock:
                self._read_at.setdefault(SETTINGS, page.read_at)
                self._zoned.extend(id_digests(page, "systemuserid"))
                self._zone_codes.extend(
                    np.fromiter(
                        (each if isinstance(each, int) else _NO_CODE for each in codes),
                        np.int64,
                        len(codes),
                    )
                )

    def add_queues(self, page: Page) -> None:
        """Keeps what mailboxes need of a page of queues."""
        column = page.columns
        if page.rows:
            self._add(
                ("queue", QUEUES, QUEUE_COLUMNS),
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

    def describe(self, users: SourceState, queues_: SourceState, zones: TimeZones = UNREAD) -> None:
        """Tells how the reading of both tables ended, and what is known of users' time zones."""
        self._states = (users, queues_)
        self._zones = zones
        self._add_zones()

    def settings_read_at(self) -> str:
        """When the users' settings were read; empty where none came."""
        return self._read_at.get(SETTINGS, "")

    def _add_zones(self) -> None:
        """Gives each user whose settings came the configuration with its time zone."""
        numbers = self._numbers.whole()
        places = self._index.find(self._zoned.whole()).tolist()
        for at, code in zip(places, self._zone_codes.whole().tolist(), strict=True):
            if at != NOWHERE:
                *rest, _ = self._configurations.values_met[int(numbers[at])]
                numbers[at] = self._configurations[(*rest, code)]

    def forget_digests(self) -> None:
        """Gives back what only mailboxes are compared with: from here on, `find` fails."""
        del self._addresses, self._default_mailboxes

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

    def activity(self, id: str) -> tuple[Established, Established]:
        """Whether a user is active, and whether it is SYSTEM or INTEGRATION, with what told it."""
        (at,) = self._index.find(digests_of_ids((id,)))
        number = int(self._numbers.ended_by(NOBODY)[at])
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
            return Established(why, ()), Established(why, ())
        owner = self.fact(number, default_is_this=None)
        return (
            _of_user(id, owner.enabled, owner.evidence("enabled")),
            _of_user(id, owner.is_pseudo_user, owner.evidence("is_pseudo_user")),
        )

    def fact(self, configuration: int, *, default_is_this: Any) -> Owner:
        """The owner of one configuration.

        `default_is_this`: whether the default mailbox of the user or queue is the one at hand;
        null and UNSET as the column came.
        """
        return owner_of(
            self._configurations.values_met[configuration],
            self._states,
            self._read_at,
            self._zones,
            default_is_this=default_is_this,
        )


def _of_user(id: str, value: bool | None | Unknown, shown: tuple[Evidence, ...]) -> Established:
    """What an owner's own fields tell, with their evidence in the record of this user."""
    if isinstance(value, Unknown):
        return Established(replace(value, evidence=_in_record(id, value.evidence)), ())
    return Established(bool(value), _in_record(id, shown))


def _in_record(id: str, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(
        replace(each, record=id) if each.record == OF_ITS_OWNER else each for each in evidence
    )


def _pseudo_names(names: Sequence[Any]) -> Iterable[Any]:
    """The names of pseudo users; of all others an empty text. Null and UNSET stay."""
    if all(names):
        joined = "\0".join(names)
        if not any(each in joined for each in PSEUDO_USERS):
            return repeat("")
    return [each if not each or each in PSEUDO_USERS else "" for each in names]
