"""Limits that rules compare with, each with a documented default and a name to set it by."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

MINUTE = 60
HOUR = 3600
DAY = 86400


class Threshold(Struct, frozen=True):
    """One limit. `default` is in seconds where `unit` is `duration`, else a plain number.

    `fact` names the mailbox fact that it is compared with, where there is one: values of that
    fact are rounded down to the declared limits, so that mailboxes which every rule judges alike
    share one configuration.
    """

    name: str
    default: int
    meaning: str
    unit: Literal["duration", "number"] = "duration"
    fact: str | None = None


class Thresholds(Struct, frozen=True):
    """The limits in force: the configuration's, else the defaults."""

    declared: Mapping[str, Threshold]
    set: Mapping[str, int] = {}

    def __getitem__(self, name: str) -> int:
        """The limit, in seconds or as a number. Raises KeyError for a name no rule declares."""
        return self.set[name] if name in self.set else self.declared[name].default

    def limits_of(self, fact: str) -> tuple[int, ...]:
        """Every limit that is compared with the fact, ascending, each once."""
        return tuple(
            sorted({self[each.name] for each in self.declared.values() if each.fact == fact})
        )


def duration(seconds: int) -> str:
    """A length of time in words, such as `24 hours`."""
    for size, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= 2 * size or seconds == size:
            count = seconds // size
            return f"{count} {word}" + ("s" if count != 1 else "")
    return f"{seconds} seconds"
