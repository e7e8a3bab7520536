"""Retirements and ends of support as data, and where a given day stands to them."""

import datetime
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from rules.evidence import Evidence

Effect: TypeAlias = Literal[
    "deprecated",
    "off-by-default",
    "blocked-unless-allowed",
    "stopped",
    "end-of-mainstream-support",
    "end-of-support",
]
Standing: TypeAlias = Literal["ahead", "soon", "past"]

WARNING = datetime.timedelta(days=180)
"""How long before a date it is warned of."""


class Step(Struct, frozen=True, kw_only=True):
    """One dated change.

    `date` is the first day of its effect: a published end counts from that day on.
    `subject` is the product or version line it is about, empty where it is about all.
    `confirmed` False: the date is second-hand or no exact day was named; `says` tells which.
    """

    date: datetime.date
    effect: Effect
    says: str
    confirmed: bool
    subject: str = ""

    @property
    def warning_from(self) -> datetime.date:
        """The first day on which it is warned of."""
        return self.date - WARNING

    def standing(self, as_of: datetime.date) -> Standing:
        """Where a day stands: past (from the date on), within 180 days of it (soon), or ahead."""
        if as_of >= self.date:
            return "past"
        return "soon" if as_of >= self.warning_from else "ahead"


class LifecycleDate(Struct, frozen=True, kw_only=True):
    """One retirement or end of support with its steps, earliest first for each subject.

    `id` is the id of the rule that judges it.
    """

    id: str
    what: str
    remedy: str
    source_title: str
    source: str
    read_date: datetime.date
    steps: tuple[Step, ...]

    def about(self, subject: str) -> tuple[Step, ...]:
        """The steps of a product or version line, those about all included."""
        # A service pack ends with its product.
        subjects = ("", subject, subject.removesuffix(" SP1"))
        return tuple(step for step in self.steps if step.subject in subjects)

    def in_force(self, as_of: datetime.date, subject: str = "") -> Step | None:
        """The latest step that is past on that day; None where none is."""
        past = [step for step in self.about(subject) if step.standing(as_of) == "past"]
        return past[-1] if past else None

    def due(self, as_of: datetime.date, subject: str = "") -> Step | None:
        """The next step that is to be warned of on that day; None where none is near."""
        for step in self.about(subject):
            if step.standing(as_of) == "soon":
                return step
        return None


@cache
def load_dates() -> Mapping[str, LifecycleDate]:
    """Every retirement and end of support by id."""
    text = resources.files("rules").joinpath("editions", "lifecycle.toml").read_text("utf-8")
    read = msgspec.convert(tomllib.loads(text)["dates"], tuple[LifecycleDate, ...])
    return MappingProxyType({entry.id: entry for entry in read})


class Dates(Struct, frozen=True, kw_only=True):
    """Every retirement and end of support on file, with the day they are judged against.

    A fact that exists once for an audit; `as_of` is the day asked for, else that of the reading.
    `read_on` is the day of the reading itself; None: the same.
    """

    as_of: datetime.date
    read_on: datetime.date | None = None
    on_file: Mapping[str, LifecycleDate] = msgspec.field(default_factory=load_dates)

    def __getitem__(self, id: str) -> LifecycleDate:
        """The entry of that id. Raises KeyError where there is none."""
        return self.on_file[id]

    def foresees(self, step: Step) -> bool:
        """Whether a step, past on the day asked for, was still to come on that of the reading.

        What was read then shows nothing of what comes after it.
        """
        read_on = self.read_on or self.as_of
        return read_on < step.date <= self.as_of

    def evidence(self, id: str, *steps: Step) -> tuple[Evidence, ...]:
        """The evidence of an entry's steps: the page that gives the day, and when it was read."""
        entry = self[id]
        return tuple(
            Evidence(
                source="lifecycle",
                record=entry.id,
                field=step.subject or step.effect,
                value=step.date.isoformat(),
                read_at=f"{entry.read_date.isoformat()}T00:00:00Z",
            )
            for step in steps
        )
