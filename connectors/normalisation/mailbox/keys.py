"""From mailbox rows to the small values that tell configurations apart. The hot path of an audit.

A page is worked kind by kind where rows are alike, and column by column elsewhere, so that nearly
all of it runs inside C loops: a million rows pass here. What stands in a key for the values of one
column is told in `buckets.py`, what a key means in `facts.py`.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from msgspec import UNSET

from connectors.columnar.columns import Kinds, Numbered, folded, mapped
from connectors.columnar.dates import is_date
from connectors.columnar.id_index import NULL, UNANSWERED, Digests, digests, id_digests, told
from connectors.columnar.page import Page
from connectors.columnar.timestamps import moments
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.mailbox.buckets import (
    due_tests,
    errors_after,
    is_ahead,
    is_online,
    is_past,
    limits_as_dates,
    locked,
    postponed,
    reached,
    without_mark,
)
from connectors.normalisation.mailbox.mailbox_flags import FOLLOWED
from connectors.normalisation.mailbox.owners import NOBODY, Owners

PLAIN = (
    "statecode",
    "isforwardmailbox",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
    "actdeliverymethod",
    "incomingemailstatus",
    "outgoingemailstatus",
    "actstatus",
    "enabledforincomingemail",
    "enabledforoutgoingemail",
    "enabledforact",
    "emailrouteraccessapproval",
    "isemailaddressapprovedbyo365admin",
    "allowemailconnectortousecredentials",
    "ispasswordset",
    "isoauthrefreshtokenset",
    "processanddeleteemails",
    "testemailconfigurationscheduled",
    "officeappsdeploymentstatus",
    "exchangecontactsimportstatus",
)
"""Columns that go into a kind as they come."""

OF_KIND = (
    *PLAIN,
    "_emailserverprofile_value",
    "lastsyncerrorcount",
    "transientfailurecount",
    "itemsfailedforlastsync",
    "locked",
    "verboseloggingenabled",
    "ewsurl",
)
"""What tells kinds of mailboxes apart: of some columns only a bucket, or a yes or no."""

SINCE_PROFILE_CHANGE = "since profile change"
NOT_KNOWN = 4
"""In what that gives: when the profile was last changed was not read."""

DERIVED = (
    "emailaddress",
    "lastsuccessfulsynccompletedon",
    "processinglastattemptedon",
    "testmailboxaccesscompletedon",
    "test due",
    "postponed",
    "lastsyncerroroccurredon",
    "oauthtokenexpireson",
    "processemailreceivedafter",
    "flags",
    SINCE_PROFILE_CHANGE,
)
"""What the key holds of the columns whose values are many: a bucket, or a yes or no."""

AGES = ("since_success_s", "since_attempt_s", "since_test_s", "postponed_for_s")
"""Facts whose values are rounded down to the limits that rules declare for them."""

_MOST_REMEMBERED = 10_000

_DAY_S = 24 * 60 * 60

MISSING = "missing"
"""Stands in a key for an owner that is not among the users and queues that were read."""

Key = tuple[Any, ...]
"""`(kind, relation, exchange, *derived)`, the first three by number.

    (3, 17, 0, True, 2, 1, 4, …)    # the third kind, …; an address, a success that reached 2 limits
"""


class Keyed(NamedTuple):
    """A page as keys: one for each row, and the digest of its address."""

    keys: list[Key]
    digests: Digests


LimitsOf = Callable[[str], tuple[int, ...]]
"""For the name of a mailbox fact: the limits that rules compare it with, ascending, in seconds."""


class Keys:
    """Makes the keys of pages of rows. `kinds` numbers the kinds, each as `OF_KIND` names it.

    Kinds that differ only in what every rule judges alike are one.
    """

    def __init__(
        self,
        owners: Owners,
        exchange: ExchangeMailboxes,
        flags: Mapping[str, int],
        limits_of: LimitsOf,
        profiles_changed: Mapping[str, int],
        may_pass: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.kinds = Numbered()
        self._profiles_changed = profiles_changed
        self._met: dict[tuple[Any, ...], int] = {}
        self._owners = owners
        self._flags = flags
        self._may_pass = may_pass
        self._exchange = exchange
        self.limits = {name: limits_of(name) for name in AGES}
        self.error_limits = limits_of("sync_error_count")
        self._overdue_s = limits_of("test_overdue")

    def of(self, page: Page) -> Keyed:
        """The key of each row and its address, in the order of the page."""
        column, read_at = page.columns, page.read_at
        if not page.rows:
            return Keyed([], digests([]))
        ages = {
            name: limits_as_dates(read_at, limits, ahead=name == "postponed_for_s")
            for name, limits in self.limits.items()
        }
        # Clocks differ by some hours at most: what lies further ahead did not happen.
        (tomorrow,) = limits_as_dates(read_at, (_DAY_S,), ahead=True)
        addresses, filling = without_mark(folded(column["emailaddress"]))
        of_addresses = digests(addresses)
        success = column["lastsuccessfulsynccompletedon"]
        unmarked = repeat(0, len(page.rows))
        keys = list(
            zip(
                map(self._numbers(page.kinds).__getitem__, page.kinds.numbers),
                self._relations(page, of_addresses),
                self._exchange.numbers(addresses, of_addresses),
                filling,
                reached(success, ages["since_success_s"], read_at, tomorrow),
                reached(
                    column["processinglastattemptedon"], ages["since_attempt_s"], read_at, tomorrow
                ),
                reached(
                    column["testmailboxaccesscompletedon"], ages["since_test_s"], read_at, tomorrow
                ),
                due_tests(page, self._overdue_before(read_at)),
                postponed(column, read_at, ages["postponed_for_s"]),
                errors_after(column["lastsyncerroroccurredon"], success, tomorrow),
                mapped(column["oauthtokenexpireson"], lambda date: is_past(date, read_at)),
                mapped(column["processemailreceivedafter"], lambda date: is_ahead(date, read_at)),
                self._marked(column["mailboxid"], success, tomorrow) if self._flags else unmarked,
                self._since_profile_change(page),
                strict=True,
            )
        )
        return Keyed(keys, of_addresses)

    def _marked(self, ids: Sequence[Any], successes: Sequence[Any], tomorrow: str) -> Iterable[int]:
        """The bits of each mailbox; that of one whose alerts a success followed says so."""
        flags = map(self._flags.get, ids, repeat(0))
        if not self._may_pass:
            return flags
        return [
            bits | FOLLOWED
            if bits and self._is_followed(self._may_pass.get(id), success, tomorrow)
            else bits
            for bits, id, success in zip(flags, ids, successes, strict=False)
        ]

    @staticmethod
    def _is_followed(alert: str | None, success: Any, tomorrow: str) -> bool:
        """Whether the last success came after the alert."""
        if alert is None or not success:
            return False
        return bool(alert < success <= tomorrow and is_date(success))

    def _numbers(self, kinds: Kinds) -> list[int]:
        """The number of each kind of a page."""
        return [
            met if (met := self._met.get(values)) is not None else self._number(kinds, values)
            for values in kinds.values
        ]

    def _number(self, kinds: Kinds, values: tuple[Any, ...]) -> int:
        kind = self._kind({name: values[at] for name, at in kinds.fields.items()})
        number = self.kinds[kind]
        if len(self._met) < _MOST_REMEMBERED:
            self._met[values] = number
        return number

    def _kind(self, value: Mapping[str, Any]) -> tuple[Any, ...]:
        count, transient = value["lastsyncerrorcount"], value["transientfailurecount"]
        failed, verbose = value["itemsfailedforlastsync"], value["verboseloggingenabled"]
        return (
            *(value[name] for name in PLAIN),
            value["profile"],
            bisect_right(self.error_limits, count) if count else count,
            transient > 0 if transient else transient,
            failed > 0 if failed else failed,
            locked(value["hostid"], value["processingstatecode"]),
            bool(verbose) if verbose else verbose,
            is_online(value["ewsurl"]),
        )

    def _since_profile_change(self, page: Page) -> list[int]:
        """Whether the last success (1) and the last test (2) came after the profile's last change.

        `NOT_KNOWN` where it is not known when that was.
        """
        profiles = page.kinds.of("profile")
        changed_of_kind = [
            self._profiles_changed.get(id, _NEVER_BEFORE) if isinstance(id, str) else _NEVER_BEFORE
            for id in profiles
        ]
        open_of_kind = [
            NOT_KNOWN if id is not None and id not in self._profiles_changed else 0
            for id in profiles
        ]
        kinds = np.fromiter(page.kinds.numbers, np.int64, len(page.rows))
        changed = np.array(changed_of_kind, np.int64)[kinds]
        succeeded = moments(page, "lastsuccessfulsynccompletedon") > changed
        tested = moments(page, "testmailboxaccesscompletedon") > changed
        is_open = np.array(open_of_kind, np.int64)[kinds]
        found: list[int] = (succeeded + 2 * tested + is_open).tolist()
        return found

    def _overdue_before(self, read_at: str) -> str:
        """The moment before which a test must have been due to be overdue."""
        return min(limits_as_dates(read_at, self._overdue_s, ahead=False), default="")

    def _relations(self, page: Page, of_addresses: Digests) -> list[int]:
        """Whose mailbox each is, and how its record and address relate to that: see `relation`."""
        regarding, assigned = id_digests(page, "regarding"), id_digests(page, "owner")
        held = self._owners.find(regarding)
        is_known = told(regarding) & (held.numbers != NOBODY)
        owners = np.where(is_known, held.numbers, _MISSING)
        owners[regarding == NULL] = _NULL
        owners[regarding == UNANSWERED] = _UNANSWERED
        matches = np.where(
            told(of_addresses) & told(held.addresses), _compared(of_addresses, held.addresses), 0
        )
        default = _compared(held.default_mailboxes, id_digests(page, "mailboxid"))
        answers = 16 * matches + 4 * default + _compared(assigned, regarding)
        found: list[int] = (_EVERY * owners + np.where(is_known, answers, 0)).tolist()
        return found


def relation(number: int) -> tuple[Any, Any, Any, Any]:
    """What a key holds of its mailbox's owner.

    The owner: its configuration, `MISSING`, or null and UNSET as the column came. Whether the
    addresses match, null where one of them is not known; whether the owner's default mailbox is
    this one, and whether the owner is the one that the record is assigned to, each null and UNSET
    as the column came.
    """
    owner, answers = divmod(number, _EVERY)
    matches, default, assigned = answers // 16, answers // 4 % 4, answers % 4
    return _OWNERS.get(owner, owner), _ANSWERS[matches], _ANSWERS[default], _ANSWERS[assigned]


_NEVER_BEFORE = np.iinfo(np.int64).max
"""Stands for the last change of a profile that is not known: nothing is later."""

_MISSING, _NULL, _UNANSWERED = -1, -2, -3
_OWNERS = {_MISSING: MISSING, _NULL: None, _UNANSWERED: UNSET}
_ANSWERS = (None, UNSET, False, True)
_EVERY = len(_ANSWERS) ** 3


def _compared(ones: Digests, others: Digests) -> Digests:
    """For each one its place in `_ANSWERS`: whether it is the other; null and UNSET stay."""
    return np.where(told(ones), 2 + (ones == others), np.where(ones == NULL, 0, 1))
