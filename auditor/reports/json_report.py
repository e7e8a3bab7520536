"""The JSON report: the published shape in published order, whatever the number of findings.

Causes, mailboxes and findings are encoded a batch at a time, so that the memory it takes does not
grow with them.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

import msgspec

from auditor.model import Audit
from auditor.reports.published import shape as published
from auditor.reports.shared.json_text import encode

FORMAT = "json"
EXTENSION = "json"

BATCH = 256


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one JSON object; causes, mailboxes and findings as they come."""
    opening = b"{"
    whole = head(audit)
    for name in whole.__struct_fields__:
        out.write(opening + f'"{name}":'.encode() + encode(getattr(whole, name)))
        opening = b","
        if name == "undetermined":
            _stream(out, "causes", audit.causes())
    _stream(out, "mailboxes", audit.mailboxes())
    _stream(out, "findings", audit.findings())
    out.write(b"}\n")


def _stream(out: BinaryIO, name: str, values: Iterable[object]) -> None:
    out.write(f',"{name}":['.encode())
    separator = b"\n"
    for batch in _batches(values):
        out.write(separator)
        out.write(encode(batch)[1:-1])
        separator = b",\n"
    out.write(b"\n]")


def _batches(values: Iterable[object]) -> Iterator[list[object]]:
    waiting = iter(values)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def head(audit: Audit) -> published.Head:
    """Everything of the report but what is streamed, in the published shape."""
    rules = [
        {
            "id": each.rule.id,
            "title": each.rule.title,
            "kind": each.rule.kind,
            "severity": each.rule.severity,
            "effect": each.rule.effect,
            "statements": each.statements,
            "counts": each.counts,
        }
        for each in audit.rules
    ]
    shape = {
        "schema_version": published.SCHEMA_VERSION,
        "tool": {"name": "auditor", "version": audit.tool_version},
        "run": {
            "id": audit.run_id,
            "started_at": audit.started_at,
            "finished_at": audit.finished_at,
            "as_of": audit.as_of,
        },
        "environment": audit.environment,
        "complete": audit.complete,
        "sources": audit.sources,
        "summary": audit.summary,
        "undetermined": audit.undetermined,
        "statements": audit.statements,
        "rules": rules,
        "notes": audit.notes,
        "names": audit.names,
    }
    return msgspec.convert(msgspec.to_builtins(shape), published.Head)
