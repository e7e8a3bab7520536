"""From mailbox rows to the small values that tell configurations apart. The hot path of an audit.

A page is worked column by column, so that nearly all of it runs inside C loops: a million rows
pass here. What a key means is known in `mailbox_facts`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET

from connectors.compact_index import NULL, UNANSWERED, digest
from connectors.dynamics.client import TIME_FORMAT
from connectors.dynamics.owners import Owners
from connectors.dynamics.rows import MailboxRow
from connectors.exchange_mailboxes import ExchangeMailboxes
from connectors.mail_servers.known_systems import known_systems
from rules.option_sets import ActMethod, EmailMethod

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
"""Columns whose values are few, so that they go into the key as they come."""

DERIVED = (
    "emailaddress",
    "lastsuccessfulsynccompletedon",
    "processinglastattemptedon",
    "testmailboxaccesscompletedon",
    "postponed",
    "lastsyncerroroccurredon",
    "oauthtokenexpireson",
    "processemailreceivedafter",
    "lastsyncerrorcount",
    "transientfailurecount",
    "itemsfailedforlastsync",
    "locked",
    "verboseloggingenabled",
    "ewsurl",
    "marks",
)
"""What the key holds of columns whose values are many: a bucket, or a yes or no."""

AGES = ("since_success_s", "since_attempt_s", "since_test_s", "postponed_for_s")
"""Facts whose values are rounded down to the limits that rules declare for them."""

MISSING = "missing"
"""Stands in a key for an owner that is not among the users and queues that were read."""

Key = tuple[Any, ...]
"""`(plain, profile, (owner, matches, default_is_this, assigned), exchange, *derived)`."""

LimitsOf = Callable[[str], tuple[int, ...]]
"""For the name of a mailbox fact: the limits that rules compare it with, ascending, in seconds."""

_plain = attrgetter(*PLAIN)
_NAMES = (
    "mailboxid",
    "emailaddress",
    "regarding",
    "owner",
    "profile",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
    "actdeliverymethod",
    "oauthtokenexpireson",
    "testmailboxaccesscompletedon",
    "lastsuccessfulsynccompletedon",
    "processinglastattemptedon",
    "postponemailboxprocessinguntil",
    "postponesendinguntil",
    "receivingpostponeduntil",
    "receivingpostponeduntilforact",
    "lastsyncerrorcount",
    "lastsyncerroroccurredon",
    "transientfailurecount",
    "itemsfailedforlastsync",
    "processingstatecode",
    "hostid",
    "verboseloggingenabled",
    "processemailreceivedafter",
    "ewsurl",
)
_many = attrgetter(*_NAMES)
_NO_ADDRESS = (NULL, UNANSWERED)


class Keys:
    """Makes the keys of pages of rows."""

    def __init__(
        self,
        owners: Owners,
        exchange: ExchangeMailboxes,
        marks: Mapping[str, int],
        limits_of: LimitsOf,
    ) -> None:
        self._owners = owners
        self._marks = marks
        self._exchange = exchange
        self.limits = {name: limits_of(name) for name in AGES}
        self.error_limits = limits_of("sync_error_count")
        self._online = _Online()

    def of(self, rows: list[MailboxRow], read_at: str) -> tuple[list[Key], list[str | None]]:
        """The key of each row and its address folded to lower case, in the order of the rows."""

        ages = {
            name: _moments(read_at, limits, ahead=name == "postponed_for_s")
            for name, limits in self.limits.items()
        }
        # One pass over the rows for all columns: each row is fetched from memory once.
        column = dict(zip(_NAMES, zip(*map(_many, rows), strict=True), strict=False))
        if not column:
            return [], []
        addresses = [each.strip().casefold() if each else each for each in column["emailaddress"]]
        success = column["lastsuccessfulsynccompletedon"]
        errors = self.error_limits
        unmarked = repeat(0, len(rows))
        keys = list(
            zip(
                map(_plain, rows),
                column["profile"],
                self._of_owners(column, addresses),
                self._exchange.numbers(addresses),
                [True if each else None if each == "" else each for each in addresses],
                _reached(success, ages["since_success_s"]),
                _reached(column["processinglastattemptedon"], ages["since_attempt_s"]),
                _reached(column["testmailboxaccesscompletedon"], ages["since_test_s"]),
                _postponed(column, read_at, ages["postponed_for_s"]),
                _errors_after(column["lastsyncerroroccurredon"], success),
                [each < read_at if each else each for each in column["oauthtokenexpireson"]],
                [each > read_at if each else each for each in column["processemailreceivedafter"]],
                [
                    bisect_right(errors, each) if each else each
                    for each in column["lastsyncerrorcount"]
                ],
                [each > 0 if each else each for each in column["transientfailurecount"]],
                [each > 0 if each else each for each in column["itemsfailedforlastsync"]],
                [
                    UNSET if UNSET in (host, state) else bool(host and state)
                    for host, state in zip(
                        column["hostid"], column["processingstatecode"], strict=True
                    )
                ],
                [True if each else each for each in column["verboseloggingenabled"]],
                map(self._online.__getitem__, column["ewsurl"]),
                map(self._marks.get, column["mailboxid"], unmarked) if self._marks else unmarked,
                strict=True,
            )
        )
        return keys, [address or None for address in addresses]

    def _of_owners(
        self, column: Mapping[str, Sequence[Any]], addresses: list[Any]
    ) -> list[tuple[Any, ...]]:
        """Whose mailbox it is, and how its record and address relate to that."""
        found: list[tuple[Any, ...]] = []
        add = found.append
        for entry, owner, address, mailbox_id, assigned in zip(
            self._owners.find(column["regarding"]),
            column["regarding"],
            addresses,
            column["mailboxid"],
            column["owner"],
            strict=True,
        ):
            if entry is None:
                add((MISSING if owner else owner, None, None, None))
                continue
            configuration, owner_address, default = entry
            add(
                (
                    configuration,
                    hash(address) == owner_address or digest(address) == owner_address
                    if address and owner_address not in _NO_ADDRESS
                    else None,
                    # The usual answer comes first: this runs for every mailbox.
                    True if default == hash(mailbox_id) else _is_default(default, mailbox_id),
                    assigned == owner if assigned else assigned,
                )
            )
        return found


def _is_default(default: int, mailbox_id: str) -> Any:
    if default == NULL:
        return None
    return UNSET if default == UNANSWERED else default == digest(mailbox_id)


class _Online(dict[Any, Any]):
    """For an EWS address: whether it is Exchange Online's; null and UNSET stay as they are."""

    def __missing__(self, url: Any) -> Any:
        if not url:
            return url
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        online = host in known_systems().exchange_online_ews
        if len(self) < 10_000:
            self[url] = online
        return online


def _reached(values: Sequence[Any], moments: list[str]) -> list[Any]:
    """How many of the moments, oldest first, each date lies at or before; null and UNSET stay."""
    most = len(moments)
    return [most - bisect_left(moments, each) if each else each for each in values]


def _errors_after(errors: Sequence[Any], successes: Sequence[Any]) -> Sequence[Any]:
    """Whether the last error came after the last success; null and UNSET stay."""
    if not any(errors):
        return errors
    return [
        error if not error else UNSET if success is UNSET else not success or error > success
        for error, success in zip(errors, successes, strict=True)
    ]


def _postponed(column: Mapping[str, Sequence[Any]], read_at: str, ahead: list[str]) -> list[Any]:
    """How many limits the latest postponement of a method in use reaches; None: none ahead."""
    latest = column["postponemailboxprocessinguntil"]
    for moments, methods, in_use in (
        ("postponesendinguntil", "outgoingemaildeliverymethod", EmailMethod.SERVER_SIDE),
        ("receivingpostponeduntil", "incomingemaildeliverymethod", EmailMethod.SERVER_SIDE),
        ("receivingpostponeduntilforact", "actdeliverymethod", ActMethod.SERVER_SIDE),
    ):
        # Mostly no method is postponed by itself, and then there is nothing to compare.
        if column[moments].count(None) < len(latest):
            latest = tuple(
                _later(one, other) if method == in_use else one
                for one, other, method in zip(latest, column[moments], column[methods], strict=True)
            )
    return [
        (bisect_right(ahead, each) if each > read_at else None) if each else each for each in latest
    ]


def _later(one: Any, other: Any) -> Any:
    if other is None or one is UNSET:
        return one
    if one is None or other is UNSET:
        return other
    return max(one, other)


def _moments(read_at: str, limits: tuple[int, ...], *, ahead: bool) -> list[str]:
    """The moments that lie the limits before the reading, or ahead of it, in their order."""
    moment = datetime.strptime(read_at, TIME_FORMAT)  # noqa: DTZ007
    sign = 1 if ahead else -1
    return sorted(
        (moment + timedelta(seconds=sign * each)).strftime(TIME_FORMAT) for each in limits
    )
