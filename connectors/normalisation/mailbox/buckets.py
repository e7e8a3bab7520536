"""What a key holds of a column whose values are many: a bucket, or a yes or no.

Null and UNSET, which stands for a column that was not answered, stay as they are everywhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET

from connectors.columnar.columns import filled, mapped
from connectors.columnar.dates import is_date
from connectors.columnar.page import Page
from connectors.known_systems import known_systems
from connectors.transport.answers import TIME_FORMAT
from rules.option_sets import ActMethod, EmailMethod

NO_DATE = "no date"
"""Stands in a key for a text that is no date, or none on which anything can have happened."""

_LAST_MOMENT = "9999-12-31T23:59:59.9999999Z"

UNTOLD = -1

RECENT = "recent:"
"""Before a Gmail address it asks for the email of the last days, whoever read it already."""


def without_mark(addresses: Sequence[Any]) -> tuple[Sequence[Any], Iterable[Any]]:
    """Addresses without the mark of recent mode; of each whether it is there, or is so marked."""
    try:
        marked = f"\0{RECENT}" in "\0" + "\0".join(addresses)
    except TypeError:
        marked = any(each and each.startswith(RECENT) for each in addresses)
    if not marked:
        return addresses, filled(addresses)
    plain = [each.removeprefix(RECENT) if each else each for each in addresses]
    found = filled(plain)
    return plain, [
        RECENT if each and each.startswith(RECENT) else there
        for each, there in zip(addresses, found, strict=False)
    ]


def is_online(url: Any) -> Any:
    """Whether an EWS address is Exchange Online's; null and UNSET stay as they are.

    `UNTOLD`: its host does not tell.
    """
    if not url:
        return url
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    host, known = host.removesuffix("."), known_systems()
    if host in known.exchange_online_ews:
        return True
    return UNTOLD if known.may_be_exchange_online(host) else False


def is_ahead(date: str, read_at: str) -> bool | str:
    """Whether a date lies ahead. Texts are compared, so what is no date may seem to, or not to."""
    if date <= read_at and _is_like_a_date(date):
        return False
    return (date > read_at) if is_date(date) else NO_DATE


def _is_like_a_date(text: str) -> bool:
    """Whether a text before the reading is one of its years: 11/23/2026 sorts before them all."""
    return text[4:5] == "-"


def is_past(date: str, read_at: str) -> bool | str:
    """Whether a date lies before the reading; `NO_DATE` where it is none."""
    ahead = is_ahead(date, read_at)
    return ahead if ahead is NO_DATE else date < read_at


def reached(
    values: Sequence[Any], moments: list[str], read_at: str, tomorrow: str
) -> Iterable[Any]:
    """How many of the moments, oldest first, each date lies at or before; null and UNSET stay."""
    most = len(moments)

    def of(date: str) -> int | str:
        if date <= read_at and _is_like_a_date(date):
            return most - bisect_left(moments, date)
        return 0 if read_at < date <= tomorrow and is_date(date) else NO_DATE

    return mapped(values, of)


def due_tests(page: Page, before: str) -> Iterable[Any]:
    """Whether a scheduled test was due before the moment; null where none is, or has no time."""
    if not any(page.kinds.of("testemailconfigurationscheduled")):
        return repeat(None, len(page.rows))
    column = page.columns
    return [
        ((each < before if is_date(each) else NO_DATE) if each else each)
        if is_scheduled is True
        else None
        for is_scheduled, each in zip(
            column["testemailconfigurationscheduled"],
            column["postponetestemailconfigurationuntil"],
            strict=True,
        )
    ]


def locked(host: Any, state: Any) -> Any:
    """Whether a host is at work on a mailbox; UNSET where one of the two was not answered."""
    return UNSET if UNSET in (host, state) else bool(host and state)


def errors_after(errors: Sequence[Any], successes: Sequence[Any], tomorrow: str) -> Sequence[Any]:
    """Whether the last error came after the last success; null and UNSET stay."""
    if not any(errors):
        return errors
    return list(map(_error_after, errors, successes, repeat(tomorrow)))


def _error_after(error: Any, success: Any, tomorrow: str) -> Any:
    if not error or success is UNSET:
        return UNSET if error else error
    if not is_date(error) or (success and not (success <= tomorrow and is_date(success))):
        return NO_DATE
    return not success or error > success


def postponed(column: Mapping[str, Sequence[Any]], read_at: str, ahead: list[str]) -> Iterable[Any]:
    """How many limits the latest postponement of a method in use reaches; None: none ahead."""
    latest = column["postponemailboxprocessinguntil"]
    for until, methods, in_use in (
        ("postponesendinguntil", "outgoingemaildeliverymethod", EmailMethod.SERVER_SIDE),
        ("receivingpostponeduntil", "incomingemaildeliverymethod", EmailMethod.SERVER_SIDE),
        ("receivingpostponeduntilforact", "actdeliverymethod", ActMethod.SERVER_SIDE),
    ):
        # Mostly no method is postponed by itself, and then there is nothing to compare.
        if column[until].count(None) < len(latest):
            latest = tuple(
                _later(one, other) if method == in_use else one
                for one, other, method in zip(latest, column[until], column[methods], strict=True)
            )

    def of(date: str) -> int | str | None:
        if date > _LAST_MOMENT or not _is_like_a_date(date):
            return NO_DATE
        return bisect_right(ahead, date) if date > read_at else None

    return mapped(latest, of)


def _later(one: Any, other: Any) -> Any:
    if other is None or one is UNSET:
        return one
    if one is None or other is UNSET:
        return other
    # One that is no date is kept, for nobody knows which is later.
    return next((each for each in (one, other) if not _is_like_a_date(each)), max(one, other))


def limits_as_dates(read_at: str, limits: tuple[int, ...], *, ahead: bool) -> list[str]:
    """The moments that lie the limits before the reading, or ahead of it, in their order."""
    moment = datetime.strptime(read_at, TIME_FORMAT)  # noqa: DTZ007
    sign = 1 if ahead else -1
    return sorted(
        (moment + timedelta(seconds=sign * each)).strftime(TIME_FORMAT) for each in limits
    )
