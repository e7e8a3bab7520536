"""Retirements and ends of support: what is on file, and when a date warns or has passed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dates import WARNING, Dates, LifecycleDate, Step, load_dates
from rules.email_systems import Product

RULES = {
    "exchange-online-ews-retirement",
    "exchange-online-ews-retirement-of-applications",
    "on-premises-with-exchange-online-end-of-support",
    "exchange-server-end-of-support",
    "dynamics-end-of-support",
    "email-router-retired",
    "dynamics-365-for-outlook-retired",
    "basic-authentication-to-exchange-online",
    "smtp-basic-authentication-to-exchange-online",
    "outlook-com-basic-authentication",
    "gmail-password-authentication",
    "exchange-online-impersonation-retired",
    "tls-version-too-old",
}

ENTRIES = [pytest.param(entry, id=id) for id, entry in load_dates().items()]
STEPS = [
    pytest.param(step, id=f"{id}-{step.subject}-{step.date}")
    for id, entry in load_dates().items()
    for step in entry.steps
]


def test_every_lifecycle_rule_has_its_dates() -> None:
    assert set(load_dates()) == RULES


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_says_what_to_do_and_where_it_was_read(entry: LifecycleDate) -> None:
    assert entry.what
    assert entry.remedy.endswith(".")
    assert entry.source_title
    assert entry.source.startswith("https://")
    assert date(2026, 11, 23) <= entry.read_date <= date(2026, 11, 29)
    assert entry.steps


@pytest.mark.parametrize("entry", ENTRIES)
def test_steps_of_a_subject_are_in_the_order_of_their_dates(entry: LifecycleDate) -> None:
    for subject in {step.subject for step in entry.steps}:
        dates = [step.date for step in entry.about(subject)]
        assert dates == sorted(set(dates))


def test_every_exchange_server_but_the_one_in_support_has_an_end() -> None:
    ends = {step.subject for step in load_dates()["exchange-server-end-of-support"].steps}
    servers = {p.value for p in Product if p.is_exchange_server}
    in_support = {Product.EXCHANGE_SUBSCRIPTION_EDITION.value}
    assert servers - in_support - {Product.EXCHANGE_2013_SP1.value} == ends


def test_the_service_pack_ends_with_its_product() -> None:
    entry = load_dates()["exchange-server-end-of-support"]
    [step] = entry.about("Exchange Server 2013 SP1")
    assert step.date == date(2023, 4, 11)


def test_a_product_in_support_has_nothing_due_or_in_force() -> None:
    entry = load_dates()["exchange-server-end-of-support"]
    subscription = "Exchange Server Subscription Edition"
    assert entry.in_force(date(2026, 11, 23), subscription) is None
    assert entry.due(date(2026, 11, 23), subscription) is None


@pytest.mark.parametrize(
    ("as_of", "in_force", "due"),
    [
        (date(2026, 4, 3), None, None),
        (date(2026, 4, 4), None, date(2026, 10, 1)),
        (date(2026, 9, 30), None, date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1), None),
        (date(2026, 10, 2), date(2026, 10, 1), None),
        (date(2026, 10, 3), date(2026, 10, 1), date(2027, 4, 1)),
        (date(2027, 3, 31), date(2026, 10, 1), date(2027, 4, 1)),
        (date(2027, 4, 1), date(2027, 4, 1), None),
    ],
)
def test_exchange_web_services_end_in_two_steps(
    as_of: date, in_force: date | None, due: date | None
) -> None:
    entry = load_dates()["exchange-online-ews-retirement"]
    now, next_step = entry.in_force(as_of), entry.due(as_of)
    assert (now.date if now else None) == in_force
    assert (next_step.date if next_step else None) == due


def test_the_first_step_leaves_the_allow_list_and_the_last_nothing() -> None:
    steps = load_dates()["exchange-online-ews-retirement"].steps
    assert [step.effect for step in steps] == ["blocked-unless-allowed", "stopped"]


@pytest.mark.parametrize(
    ("as_of", "effect"),
    [
        (date(2027, 1, 11), None),
        (date(2027, 1, 12), "end-of-mainstream-support"),
        (date(2029, 1, 8), "end-of-mainstream-support"),
        (date(2029, 1, 9), "end-of-support"),
    ],
)
def test_an_end_of_support_counts_from_its_day_on(as_of: date, effect: str | None) -> None:
    step = load_dates()["dynamics-end-of-support"].in_force(as_of, "9")
    assert (step.effect if step else None) == effect


def test_a_version_line_does_not_see_the_dates_of_another() -> None:
    entry = load_dates()["dynamics-end-of-support"]
    step = entry.in_force(date(2026, 11, 23), "8")
    assert step is not None
    assert (step.effect, step.date) == ("end-of-support", date(2026, 1, 13))
    assert entry.in_force(date(2026, 11, 23), "9") is None


@pytest.mark.parametrize("step", STEPS)
@given(st.integers(-1000, 1000))
def test_a_date_is_ahead_then_soon_then_past(step: Step, days: int) -> None:
    standing = step.standing(step.date + timedelta(days=days))
    if days < -WARNING.days:
        assert standing == "ahead"
    elif days < 0:
        assert standing == "soon"
    else:
        assert standing == "past"


@pytest.mark.parametrize(
    ("read_on", "foreseen"),
    [("2027-03-31", True), ("2027-04-01", False), ("2027-05-01", False), (None, False)],
)
def test_a_step_is_foreseen_that_came_after_the_reading(
    read_on: str | None, foreseen: bool
) -> None:
    day = None if read_on is None else date.fromisoformat(read_on)
    step = load_dates()["exchange-online-ews-retirement"].steps[-1]
    assert Dates(as_of=date(2027, 4, 2), read_on=day).foresees(step) is foreseen
    assert not Dates(as_of=date(2027, 3, 31), read_on=day).foresees(step)


@pytest.mark.parametrize("step", STEPS)
def test_an_unconfirmed_date_says_so(step: Step) -> None:
    hints = ("second-hand", "general knowledge", "no exact day", "was moved")
    assert step.confirmed != any(hint in step.says for hint in hints)


@pytest.mark.parametrize("entry", ENTRIES)
def test_evidence_of_a_date_says_when_it_was_read_as_all_evidence_does(
    entry: LifecycleDate,
) -> None:
    for evidence in Dates(as_of=date(2026, 11, 23)).evidence(entry.id, *entry.steps):
        assert datetime.fromisoformat(evidence.read_at).utcoffset() == timedelta(0)
        assert evidence.read_at.endswith("Z")
