"""What rests on something retired: before, near and past the day, and where nothing ends."""

from datetime import date

import pytest

from rules.dates import Dates, Effect, LifecycleDate, Step
from rules.evidence import Evidence
from rules.retirement import day_of, judge_retirement
from rules.verdict import Fail, Pass, Verdict

SEEN = Evidence("profiles", "1", "protocol", "EWS")
DAY = date(2026, 10, 1)


def step(effect: Effect, day: date = DAY, says: str = "It ends.", subject: str = "") -> Step:
    return Step(date=day, effect=effect, says=says, confirmed=True, subject=subject)


def judged(as_of: date, *steps: Step, subject: str = "") -> Verdict:
    entry = LifecycleDate(
        id="x",
        what="It",
        remedy="Leave it.",
        source_title="Page",
        source="https://example.com",
        read_date=date(2026, 1, 1),
        steps=steps,
    )
    dates = Dates(as_of=as_of, on_file={"x": entry})
    return judge_retirement(dates, "x", "It rests.", (SEEN,), subject, ("incoming",))


@pytest.mark.parametrize(
    ("as_of", "severity", "effect", "message"),
    [
        (date(2026, 4, 4), "warning", "ends", "It rests. The day is 2026-10-01. It ends."),
        (date(2026, 9, 30), "warning", "ends", "It rests. The day is 2026-10-01. It ends."),
        (DAY, None, None, "It rests. It ends."),
        (date(2027, 1, 1), None, None, "It rests. It ends."),
    ],
)
def test_what_stops_warns_before_its_day_and_fails_from_it_on(
    as_of: date, severity: str | None, effect: str | None, message: str
) -> None:
    found = judged(as_of, step("stopped"))
    assert isinstance(found, Fail)
    assert (found.severity, found.effect) == (severity, effect)
    assert found.message == message
    assert found.directions == ("incoming",)
    assert [each.value for each in found.evidence] == ["EWS", "2026-10-01"]


def test_181_days_before_nothing_is_said_of_it() -> None:
    found = judged(date(2026, 4, 3), step("stopped"))
    assert isinstance(found, Pass)
    assert found.message == "It rests. Nothing of that ends within 180 days of 2026-04-03."
    assert [each.value for each in found.evidence] == ["EWS", "2026-10-01"]


@pytest.mark.parametrize("effect", ["deprecated", "end-of-mainstream-support"])
def test_what_still_gets_fixes_is_advice_once_the_day_is_past(effect: Effect) -> None:
    found = judged(date(2027, 1, 1), step(effect))
    assert isinstance(found, Fail)
    assert (found.severity, found.effect) == ("warning", "advice")
    assert found.message == "It rests. It ends."
    assert found.directions == ("incoming",)


def test_a_gentle_step_that_is_past_gives_way_to_a_hard_one_that_is_near() -> None:
    later = step("stopped", date(2027, 1, 1), "It stops.")
    found = judged(date(2026, 12, 1), step("deprecated"), later)
    assert isinstance(found, Fail)
    assert found.effect == "ends"
    assert found.message == "It rests. The day is 2027-01-01. It stops."


def test_a_hard_step_that_is_past_goes_before_one_that_is_near() -> None:
    later = step("stopped", date(2027, 1, 1), "It stops.")
    found = judged(date(2026, 12, 1), step("off-by-default"), later)
    assert isinstance(found, Fail)
    assert (found.severity, found.message) == (None, "It rests. It ends.")


def test_the_steps_of_another_product_say_nothing() -> None:
    assert isinstance(judged(DAY, step("stopped", subject="other"), subject="this"), Pass)
    assert isinstance(judged(DAY, step("stopped", subject="this"), subject="this"), Fail)


@pytest.mark.parametrize("effect", ["end-of-support", "end-of-mainstream-support", "stopped"])
def test_the_day_of_a_step_is_named(effect: Effect) -> None:
    assert day_of(step(effect)) == "The day is 2026-10-01."
