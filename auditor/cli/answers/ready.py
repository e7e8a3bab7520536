"""What `auditor readiness` shows."""

from collections.abc import Iterator
from hashlib import sha256

from auditor.cli.terminal.output import wrapped
from auditor.plan.readiness import PlanStep, Readiness
from auditor.reports.shared import wording
from auditor.reports.shared.markdown_text import safe
from auditor.reports.shared.text import plain
from auditor.reports.shared.wording import label


def lines(found: Readiness, *, markdown: bool) -> Iterator[str]:
    """The answer for people; the first line says whether the organisation is ready."""
    yield wording.readiness(
        found.environment, found.as_of, ready=found.ready, undetermined=found.undetermined
    )
    for way in found.ways:
        yield ""
        head = f"{label(way.subject)} ({way.kind})"
        yield f"## {safe(head)}" if markdown else plain(head)
        parts = [f"{each.date}: {each.what}" for each in way.ends]
        parts += [f"In place: {each}" for each in way.in_place]
        parts += [f"Missing: {each}" for each in way.missing]
        parts += [f"To do: {each}" for each in way.steps]
        parts += [f"Step of the plan: {_step(each)}" for each in way.plan]
        parts += [f"Ask: {each}" for each in way.questions]
        for part in parts:
            yield from [f"- {safe(part)}"] if markdown else wrapped(plain(part), "  ")


def _step(of: PlanStep) -> str:
    return f"{of.id} ({'proven' if of.provable else 'not provable'}): {of.title}"


def calendar(found: Readiness) -> bytes:
    """The dates as iCalendar (RFC 5545), each once."""
    ends = sorted({each for way in found.ways for each in way.ends})
    text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//auditor//readiness//EN"]
    for each in ends:
        day = each.date.replace("-", "")
        text += [
            "BEGIN:VEVENT",
            f"UID:{day}-{sha256(each.what.encode()).hexdigest()[:16]}@auditor",
            f"DTSTAMP:{found.as_of.replace('-', '')}T000000Z",
            f"DTSTART;VALUE=DATE:{day}",
            *_folded(f"SUMMARY:{_escaped(each.what)}"),
            "END:VEVENT",
        ]
    return "".join(f"{line}\r\n" for line in [*text, "END:VCALENDAR"]).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> list[str]:
    parts = [line[:70], *(line[at : at + 69] for at in range(70, len(line), 69))]
    return [parts[0], *(f" {part}" for part in parts[1:])]
