"""Answers of the support matrix on a given day: what has ended by then, and what ends when.

The text of an edition may support a pair that Microsoft has ended since. There is no version to
judge by, so an edition stands for the version that it was written for.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from rules.dates import LifecycleDate, Step, load_dates
from rules.edition import Support
from rules.email_systems import Product
from rules.matrix import MatrixAnswer

_LINES = {"crm-2016": "8", "customer-engagement-9": "9", "customer-engagement-2018": "9"}
"""The version of Dynamics 365 (on-premises) that an edition speaks of."""

_CONSUMER = (Product.OUTLOOK_COM.value, Product.MSN.value, Product.WINDOWS_LIVE_MAIL.value)

_ENDING = ("stopped", "end-of-support")
"""Effects after which a pair is no longer supported, whatever the text says."""


def on_day(answer: MatrixAnswer, as_of: datetime.date) -> MatrixAnswer:
    """The answer with the days of its pair as notes, judged on a day.

    A pair that has ended is not supported; one that works for applications on a list alone is
    supported with limits.
    """
    email, tasks = answer.email, answer.appointments_contacts_tasks
    notes: list[str] = []
    for entry, step, decides in _steps(answer):
        notes.append(f"{_when(step, as_of)}: {step.says} ({entry.source})")
        if decides and step.standing(as_of) == "past":
            email, tasks = _after(step, email), _after(step, tasks)
    return replace(
        answer,
        email=email,
        appointments_contacts_tasks=tasks,
        notes=(*answer.notes, *notes),
    )


def _steps(answer: MatrixAnswer) -> Iterator[tuple[LifecycleDate, Step, bool]]:
    """The dated changes of a pair, and whether each decides about the pair itself.

    The end of a product of its own, of Exchange Server or Dynamics, leaves what the text says.
    """
    dates = load_dates()

    def steps(id: str, subject: str = "", *, decides: bool) -> Iterator[Any]:
        entry = dates[id]
        for step in entry.about(subject):
            yield entry, step, decides

    system = answer.email_system
    line = _LINES.get(answer.edition, "")
    if answer.deployment == "on-premises":
        if system == Product.EXCHANGE_ONLINE.value:
            yield from steps("exchange-online-ews-retirement", decides=True)
            yield from steps("on-premises-with-exchange-online-end-of-support", line, decides=True)
        yield from steps("dynamics-end-of-support", line, decides=False)
    if system in _CONSUMER:
        yield from steps("outlook-com-basic-authentication", decides=True)
    if system == Product.GMAIL.value:
        yield from steps("gmail-password-authentication", decides=False)
    if system.startswith("Exchange Server"):
        yield from steps("exchange-server-end-of-support", system, decides=False)


def _after(step: Step, support: Support) -> Support:
    if step.effect in _ENDING:
        return "not-supported" if support != "not-listed" else support
    if step.effect == "blocked-unless-allowed" and support == "supported":
        return "supported-with-limits"
    return support


def _when(step: Step, as_of: datetime.date) -> str:
    word = "Since" if step.standing(as_of) == "past" else "From"
    if step.effect in ("end-of-support", "end-of-mainstream-support"):
        word = "Ended on" if step.standing(as_of) == "past" else "Ends on"
    return f"{word} {step.date.isoformat()}"
