"""The dates on file, judged on a given day."""

import datetime

from rules.dates import Dates


def on(day: str) -> Dates:
    return Dates(as_of=datetime.date.fromisoformat(day))


def days_before(day: str, days: int) -> Dates:
    return Dates(as_of=datetime.date.fromisoformat(day) - datetime.timedelta(days=days))


def told(verdict) -> str:
    """The outcome, with the severity of a fail: `error` where it is the rule's own."""
    kind = verdict.__struct_config__.tag
    return (verdict.severity or "error") if kind == "fail" else kind


STOPS = [(181, "pass"), (180, "warning"), (1, "warning"), (0, "error"), (-1, "error")]
"""Days before the first bad day, and what is said then."""
