"""Reports of an organisation in which every mailbox fails: no server, pages made as they are read.

    python -m benchmarks.failing json 100000

Prints one line of JSON for one format: what the report took, its size, and the most memory of the
whole program, audit included. Each mailbox failed its test and is not approved.
"""

import argparse
import datetime as dt
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import fields

from auditor.audit import audit
from auditor.process.memory import for_many_records
from auditor.reports import formats, writer
from auditor.request import Request
from benchmarks import population, session
from connectors.columnar.packed_rows import pack_rows
from connectors.columnar.page import Page
from connectors.dynamics.privileges import PrivilegeRow
from connectors.dynamics.tables.organization_detail import OrganizationDetailRow
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState, columns_of, not_configured
from rules.rule import catalogue, thresholds_of
from rules.thresholds import Thresholds

CONFIGURATIONS = 200
FAULT = {"incomingemailstatus": 2, "emailrouteraccessapproval": 2}


class Wrote(msgspec.Struct):
    """What one report took, how large it is, and the peak of the whole program."""

    format: str
    mailboxes: int
    not_working: int
    audit_s: float
    report_s: float
    report_mib: float
    audit_peak_mib: float
    peak_mib: float


class Made:
    """The tables of an organisation, a page of rows at a time; other sources are not configured.

    One mailbox in twenty fails, or each where a `fault` of all is given. `changed` are columns
    that mailboxes have instead, by their place.
    """

    def __init__(self, mailboxes: int, fault: Mapping[str, int] | None = None) -> None:
        self._organisation = population.organisation(mailboxes, CONFIGURATIONS, fault, most_held=0)
        self.changed: Mapping[int, Mapping[str, int]] = {}

    def open(self, reader: Reader, earlier: EarlierReadings) -> "_Pages":
        """The pages of one source."""
        table = getattr(reader.read, "__self__", None)
        if reader.source == "dynamics.organization-detail":
            return _Pages(reader.source, OrganizationDetailRow, [self._detail()])
        if reader.source == "dynamics.privileges":
            return _Pages(reader.source, PrivilegeRow, [])
        if reader.section != "dynamics" or table is None:
            return _Pages(reader.source, reader.row, None, reader.section)
        rows = self._organisation.rows_of(table.entity_set)
        changed = self.changed if table.entity_set == "mailboxes" else {}
        return _Pages(reader.source, reader.row, rows, changed=changed)

    def _detail(self) -> dict[str, Any]:
        return {
            "OrganizationId": self._organisation.id,
            "OrganizationVersion": self._organisation.version,
            "TenantId": self._organisation.tenant_id,
            "OrganizationType": self._organisation.organization_type,
        }


class _Pages:
    def __init__(
        self,
        source: str,
        kind: Any,
        rows: Sequence[Any] | None,
        section: str = "",
        changed: Mapping[int, Mapping[str, int]] = MappingProxyType({}),
    ):
        self._kind = kind
        self._rows = rows
        self._changed = changed
        self.state = (
            not_configured(source, section)
            if rows is None
            else SourceState(source, "read", len(rows), columns=columns_of(kind))
        )

    def __iter__(self) -> Iterator[Page]:
        names = [each.encode_name for each in fields(self._kind)]
        read_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = enumerate(self._rows or ())
        while some := list(islice(rows, session.PAGE_SIZE)):
            values = [
                {name: row.get(name) for name in names} | dict(self._changed.get(at, {}))
                for at, row in some
            ]
            made = msgspec.convert(values, list[self._kind])  # type: ignore[name-defined]
            # Pages of a server come packed, too.
            yield Page(pack_rows(made), read_at, "")


class Counted:
    """Where a report goes: nothing is kept of it but its size."""

    def __init__(self) -> None:
        self.size = 0
        self._out = Path("/dev/null").open("wb")

    def write(self, chunk: bytes) -> int:
        """Count it."""
        self.size += len(chunk)
        return len(chunk)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


def request_of(run: str) -> Request:
    """An audit by every rule, now."""
    now = dt.datetime.now(dt.UTC)
    return Request(
        environment="benchmark",
        url="https://benchmark.example",
        run_id=run,
        started_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        as_of=now.date(),
        rules=catalogue(),
        thresholds=Thresholds(thresholds_of(catalogue())),
    )


def wrote(format: str, mailboxes: int, out: Any = None) -> Wrote:
    """Audit an organisation in which every mailbox fails, and write the report."""
    request = request_of("run")
    counted: Any = out or Counted()
    with for_many_records():
        started = time.perf_counter()
        found = audit(request, Made(mailboxes, FAULT), lambda: request.started_at)
        audited = time.perf_counter()
        audit_peak_mib = session.peak_mib()
        writer(format).write(found, counted)
        ended = time.perf_counter()
    standing = found.summary.standing
    return Wrote(
        format=format,
        mailboxes=found.summary.mailboxes,
        not_working=standing.synchronizing - standing.working,
        audit_s=round(audited - started, 2),
        report_s=round(ended - audited, 2),
        report_mib=round((counted.size if out is None else out.tell()) / 2**20, 2),
        audit_peak_mib=round(audit_peak_mib, 1),
        peak_mib=round(session.peak_mib(), 1),
    )


def main() -> None:
    """Write the report that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.failing", description=__doc__)
    parser.add_argument("format", choices=formats())
    parser.add_argument("mailboxes", type=int)
    asked = parser.parse_args()
    found = wrote(asked.format, asked.mailboxes)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
