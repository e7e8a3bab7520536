"""Answers of the support matrix, asked of editions and laid out to be read.

Tested in `tests/auditor/cli/commands/test_matrix.py`.
"""

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from auditor.cli.terminal.output import columns, markdown_table, wrapped
from auditor.usage import unknown
from rules.edition import EDITIONS, Edition, load
from rules.matrix import MatrixAnswer, UnknownName, answers
from rules.matrix_dates import on_day

IN_FORCE = {"online": "online", "on-premises": "customer-engagement-9"}
"""The newest edition for each deployment; older ones are there for the asking."""

_WORDS = {
    "supported": "supported",
    "supported-with-limits": "with limits",
    "not-supported": "not supported",
    "not-listed": "not listed",
}


def found(
    deployment: str | None,
    email_system: str | None,
    protocol: str | None,
    edition: str,
    authentication: str | None,
    same_tenant: bool | None,
    as_of: datetime.date,
) -> list[MatrixAnswer]:
    """The answers of one edition on a day; `auto`: the newest for the deployment, or for each.

    Raises `UsageProblem` for a name that there is not.
    """
    try:
        return [
            on_day(answer, as_of)
            for each in _editions(edition, deployment)
            for answer in answers(
                each,
                deployment,
                email_system,
                protocol,
                authentication=authentication,
                same_tenant=same_tenant,
            )
        ]
    except UnknownName as refusal:
        raise unknown(refusal.kind, refusal.name, refusal.known) from refusal


def _editions(asked: str, deployment: str | None) -> list[Edition]:
    if asked == "auto":
        # A deployment that there is not is refused by the matrix itself, with those that are.
        place = "" if deployment is None else deployment.casefold()
        ids = [IN_FORCE[place]] if place in IN_FORCE else list(IN_FORCE.values())
    elif asked in EDITIONS:
        ids = [asked]
    else:
        raise unknown("edition", asked, ("auto", *EDITIONS))
    return [load(id) for id in ids]


def as_json(found: Sequence[MatrixAnswer]) -> bytes:
    """The answers as a JSON list."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"


def as_table(found: Sequence[MatrixAnswer], *, markdown: bool) -> Iterator[str]:
    """A table of the answers, then their notes and sources, in lines."""
    if not found:
        yield "No edition lists anything of the kind."
        return
    head = ("edition", "deployment", "email system", "email", "appointments…", "protocols")
    rows: list[tuple[str, ...]] = [head]
    rows += [
        (
            each.edition,
            each.deployment,
            each.email_system,
            _WORDS[each.email],
            _WORDS[each.appointments_contacts_tasks],
            ", ".join(each.protocols),
        )
        for each in found
    ]
    yield from markdown_table(rows) if markdown else columns(rows)
    notes: dict[str, list[str]] = {}
    for each in found:
        for note in each.notes:
            places = notes.setdefault(note, [])
            place = f"{each.email_system}, {each.deployment} ({each.edition})"
            if place not in places:
                places.append(place)
    yield ""
    for note, places in notes.items():
        text = f"{'; '.join(places)}: {note}"
        yield from [f"- {text}"] if markdown else wrapped(text)
        yield from () if markdown else ("",)
    for source in dict.fromkeys(each.source for each in found):
        yield f"Source: <{source}>" if markdown else f"Source: {source}"
