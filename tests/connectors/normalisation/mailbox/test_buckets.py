"""What a key holds of dates, hosts and addresses: a bucket, or a yes or no."""

from typing import Any

import pytest
from msgspec import UNSET

from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.mailbox.buckets import NO_DATE, RECENT, UNTOLD
from connectors.normalisation.mailbox.keys import DERIVED, Keys
from connectors.normalisation.mailbox.owners import Owners
from tests.connectors.normalisation.mailbox.test_keys import (
    ATTEMPT,
    DAY_AGO,
    HOUR_AGO,
    IN_A_DAY,
    IN_AN_HOUR,
    IN_TWO,
    NOON,
    SUCCESS,
    TESTED,
    exchange,
    key_of,
    limits_of,
)

AMERICAN = "11/23/2026 12:00 PM"  # It sorts before every date.


@pytest.mark.parametrize("name", [SUCCESS, ATTEMPT, TESTED])
@pytest.mark.parametrize(
    ("date", "reached"),
    [
        (NOON, 0),
        ("2026-11-23T11:00:01Z", 0),
        (HOUR_AGO, 1),
        ("2026-11-22T12:00:01Z", 1),
        (DAY_AGO, 2),
        ("2000-01-01T00:00:00Z", 2),
        (IN_AN_HOUR, 0),
        (IN_A_DAY, 0),
        (IN_TWO, NO_DATE),
        ("soon", NO_DATE),
        (AMERICAN, NO_DATE),
        (None, None),
        (UNSET, UNSET),
        ("", ""),
    ],
)
def test_an_age_is_the_number_of_limits_that_it_reaches(name: str, date: Any, reached: Any) -> None:
    assert key_of(**{name: date})[name] == reached


@pytest.mark.parametrize(
    ("scheduled", "date", "due"),
    [
        (True, "2026-11-23T09:59:59Z", True),
        (True, "2026-11-23T10:00:00Z", False),
        (True, "2026-11-23T10:30:00Z", False),
        (True, IN_AN_HOUR, False),
        (True, None, None),
        (True, UNSET, UNSET),
        (True, "soon", NO_DATE),
        (False, DAY_AGO, None),
        (None, DAY_AGO, None),
        (UNSET, DAY_AGO, None),
    ],
)
def test_a_scheduled_test_is_due_before_the_first_limit(
    scheduled: Any, date: Any, due: Any
) -> None:
    columns = {
        "testemailconfigurationscheduled": scheduled,
        "postponetestemailconfigurationuntil": date,
    }
    assert key_of(**columns)["test due"] == due


ALL = "postponemailboxprocessinguntil"
OUT = ("postponesendinguntil", "outgoingemaildeliverymethod", 2)
IN = ("receivingpostponeduntil", "incomingemaildeliverymethod", 2)
ACT = ("receivingpostponeduntilforact", "actdeliverymethod", 1)


@pytest.mark.parametrize(
    ("date", "reached"),
    [
        (None, None),
        (UNSET, UNSET),
        (HOUR_AGO, None),
        (NOON, None),
        ("2026-11-23T12:59:59Z", 0),
        (IN_AN_HOUR, 1),
        (IN_A_DAY, 2),
        ("9999-12-31T23:59:59.9999999Z", 2),
        ("soon", NO_DATE),
        (AMERICAN, NO_DATE),
    ],
)
def test_a_postponement_reaches_limits_ahead(date: Any, reached: Any) -> None:
    assert key_of(**{ALL: date})["postponed"] == reached


@pytest.mark.parametrize("one", [OUT, IN, ACT])
@pytest.mark.parametrize(
    ("of_all", "own", "reached", "unused"),
    [
        (None, IN_A_DAY, 2, None),
        (IN_AN_HOUR, IN_A_DAY, 2, 1),
        (IN_A_DAY, IN_AN_HOUR, 2, 2),
        (IN_A_DAY, None, 2, 2),
        (AMERICAN, IN_A_DAY, NO_DATE, NO_DATE),
        (IN_A_DAY, AMERICAN, NO_DATE, 2),
        (None, AMERICAN, NO_DATE, None),
        (IN_AN_HOUR, UNSET, UNSET, 1),
        (UNSET, IN_A_DAY, UNSET, UNSET),
        (None, UNSET, UNSET, None),
    ],
)
def test_the_latest_postponement_of_a_method_in_use_counts(
    one: tuple[str, str, int], of_all: Any, own: Any, reached: Any, unused: Any
) -> None:
    until, method, in_use = one
    assert key_of(**{ALL: of_all, until: own, method: in_use})["postponed"] == reached
    assert key_of(**{ALL: of_all, until: own, method: 0})["postponed"] == unused


@pytest.mark.parametrize(
    ("error", "success", "after"),
    [
        (NOON, HOUR_AGO, True),
        (HOUR_AGO, NOON, False),
        (NOON, NOON, False),
        (NOON, None, True),
        (NOON, IN_A_DAY, False),
        (NOON, IN_TWO, NO_DATE),
        (NOON, "soon", NO_DATE),
        ("soon", HOUR_AGO, NO_DATE),
        (NOON, UNSET, UNSET),
        (None, UNSET, None),
        (None, NOON, None),
        (UNSET, NOON, UNSET),
    ],
)
def test_an_error_came_after_the_last_success(error: Any, success: Any, after: Any) -> None:
    found = key_of(lastsyncerroroccurredon=error, lastsuccessfulsynccompletedon=success)
    assert found["lastsyncerroroccurredon"] == after


@pytest.mark.parametrize(
    ("date", "past", "ahead"),
    [
        (HOUR_AGO, True, False),
        (NOON, False, False),
        (IN_AN_HOUR, False, True),
        ("soon", NO_DATE, NO_DATE),
        (AMERICAN, NO_DATE, NO_DATE),
        (None, None, None),
        (UNSET, UNSET, UNSET),
    ],
)
def test_an_expiry_is_past_and_a_beginning_ahead(date: Any, past: Any, ahead: Any) -> None:
    found = key_of(oauthtokenexpireson=date, processemailreceivedafter=date)
    assert found["oauthtokenexpireson"] == past
    assert found["processemailreceivedafter"] == ahead


@pytest.mark.parametrize(
    ("host", "state", "locked"),
    [
        ("h", 1, True),
        ("h", 0, False),
        (None, 1, False),
        ("h", None, False),
        (UNSET, 1, UNSET),
        ("h", UNSET, UNSET),
    ],
)
def test_a_host_is_at_work_on_a_mailbox(host: Any, state: Any, locked: Any) -> None:
    assert key_of(hostid=host, processingstatecode=state)["locked"] is locked


@pytest.mark.parametrize(
    ("url", "online"),
    [
        ("https://outlook.office365.com/EWS/Exchange.asmx", True),
        ("https://outlook.office365.com./EWS/Exchange.asmx", True),
        ("https://mail.contoso.example/EWS", False),
        ("https://pod51043.outlook.com/EWS", UNTOLD),
        ("https://[broken", False),
        ("no address", False),
        (None, None),
        (UNSET, UNSET),
        ("", ""),
    ],
)
def test_the_host_of_the_address_that_was_found_is_exchange_onlines(url: Any, online: Any) -> None:
    assert key_of(ewsurl=url)["ewsurl"] == online


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (["recent:ann@gmail.example"], [RECENT]),
        (["recent:ann@gmail.example", "ben@x.example", ""], [RECENT, True, None]),
        (["ben@x.example", "recent:ann@gmail.example", None], [True, RECENT, None]),
        (["ben@x.example", UNSET], [True, UNSET]),
        (["recent:"], [RECENT]),
        (["a recent:x@y"], [True]),
        ([""], [None]),
    ],
)
def test_an_address_is_there_or_asks_for_recent_email(
    addresses: list[Any], found: list[Any]
) -> None:
    keys = Keys(Owners(), exchange(), {}, limits_of, {})
    rows = [MailboxRow(f"m-{at}", emailaddress=each) for at, each in enumerate(addresses)]
    place = 3 + DERIVED.index("emailaddress")
    assert [key[place] for key in keys.of(Page(rows, NOON, "")).keys] == found
