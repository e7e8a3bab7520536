"""The verdict on something that rests on what is, or will be, retired."""

from rules.dates import Dates, Step
from rules.evidence import Evidence
from rules.verdict import Fail, Pass, Verdict

GENTLE = ("deprecated", "end-of-mainstream-support")
"""Steps after which the thing still works and still gets fixes."""


def judge_retirement(
    dates: Dates,
    id: str,
    rests: str,
    evidence: tuple[Evidence, ...],
    subject: str = "",
    directions: tuple[str, ...] | None = None,
) -> Verdict:
    """Judges a subject that rests on it: an error from the day on, a warning within 180 days of it.

    `rests` is a sentence that says so. `subject` is the product or version line, where the dates
    differ by it; `directions` are those of a profile that rest on it. A step that ends nothing yet
    is a warning from 180 days before it.
    """
    entry = dates[id]
    past = entry.in_force(dates.as_of, subject)
    if past is not None and past.effect not in GENTLE:
        return Fail(
            f"{rests} {past.says}",
            evidence + dates.evidence(id, past),
            directions=directions,
            foreseen=dates.foresees(past),
        )
    due = entry.due(dates.as_of, subject)
    if due is not None:
        return Fail(
            f"{rests} {day_of(due)} {due.says}",
            evidence + dates.evidence(id, due),
            severity="warning",
            effect="ends",
            directions=directions,
        )
    if past is not None:
        return Fail(
            f"{rests} {past.says}",
            evidence + dates.evidence(id, past),
            severity="warning",
            effect="advice",
            directions=directions,
        )
    steps = entry.about(subject)
    return Pass(
        f"{rests} Nothing of that ends within 180 days of {dates.as_of.isoformat()}.",
        evidence + dates.evidence(id, *steps),
    )


def day_of(step: Step) -> str:
    """The day of a step as a sentence."""
    return f"The day is {step.date.isoformat()}."
