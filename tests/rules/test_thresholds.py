"""Limits: the configuration's before the default, and lengths of time in words."""

import pytest

from rules.thresholds import DAY, HOUR, MINUTE, Threshold, Thresholds, duration

STALE = Threshold("stale", 2 * DAY, "too old", fact="age")
VERY_STALE = Threshold("very-stale", 7 * DAY, "far too old", fact="age")
OTHER = Threshold("other", 5, "so many", unit="number")


def thresholds(**set_: int) -> Thresholds:
    declared = {each.name: each for each in (VERY_STALE, STALE, OTHER)}
    return Thresholds(declared, {name.replace("_", "-"): value for name, value in set_.items()})


def test_what_is_set_takes_the_place_of_the_default() -> None:
    assert thresholds()["stale"] == 2 * DAY
    assert thresholds(stale=0)["stale"] == 0
    with pytest.raises(KeyError):
        thresholds()["unheard-of"]


def test_limits_of_a_fact_ascend_and_come_once() -> None:
    assert thresholds().limits_of("age") == (2 * DAY, 7 * DAY)
    assert thresholds(stale=8 * DAY).limits_of("age") == (7 * DAY, 8 * DAY)
    assert thresholds(stale=7 * DAY).limits_of("age") == (7 * DAY,)
    assert thresholds().limits_of("nothing") == ()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "59 seconds"),
        (MINUTE, "1 minute"),
        (90, "90 seconds"),
        (HOUR, "1 hour"),
        (90 * MINUTE, "90 minutes"),
        (DAY, "1 day"),
        (36 * HOUR, "36 hours"),
        (2 * DAY, "2 days"),
    ],
)
def test_a_length_of_time_in_words(seconds, words) -> None:
    assert duration(seconds) == words
