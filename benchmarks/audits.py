"""The whole audit: as anybody would write it, and as the program does it."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import requests

from auditor.audit import audit
from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.findings.findings import published
from auditor.judging.bearing import severity_of
from auditor.judging.mailbox_group import is_individual
from auditor.judging.row_evidence import resolve
from auditor.judging.shared_addresses import address_use
from auditor.process.memory import for_many_records
from auditor.reading import read
from auditor.reports import json_report
from auditor.running import Judging, header_of, now, request_of
from auditor.snapshots import recording
from benchmarks import session
from benchmarks.server import Server
from benchmarks.stopwatch import watching_judging
from benchmarks.told import Told
from connectors.columnar.page import Page
from connectors.dynamics import ranges
from connectors.dynamics.table import Table
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.facts import MAILBOXES, normalise
from connectors.odata.decoder_process import Decoding
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState
from rules.dates import Dates
from rules.edition import Edition
from rules.facts import AddressUse, ExchangeTenant, Mailbox, Organization
from rules.judge import Judge
from rules.thresholds import Thresholds
from rules.verdict import Fail, Undetermined

RULES = (20, 40, 80, 160)


class Audited(Told):
    """What one audit took, how many rows it read, and what it told."""

    seconds: float
    rows: int
    peak_mib: float


def whole(server: Server, directory: Path) -> Audited:
    """The program itself: `auditor run` with a JSON report and a snapshot."""
    report, snapshot = directory / "report.json", directory / "audit.snapshot"
    words = ["run", "--config", server.configuration, "--report", f"json={report}"]
    words += ["--snapshot", str(snapshot), "--quiet", "--no-history", "--no-notify"]
    words += ["--fail-on", "never", "--allow-incomplete"]
    from auditor.__main__ import main

    with session.watching_children() as children:
        started = time.perf_counter()
        code = main(words)
        seconds = time.perf_counter() - started
        peak_mib = session.peak_mib()
    peak_mib += sum(children.values())
    if code:
        raise SystemExit(f"the audit ended with exit code {code}")
    content = msgspec.json.decode(report.read_bytes())
    told = [
        f"{each['rule']} {each['subject']['id']} {each['severity']} {each['verdict']}"
        for each in content["findings"]
        if each["subject"]["kind"] == "mailbox"
    ]
    told += [
        f"{each['rule']} {each['cause']['code']} {each['affected']['count']}"
        for each in content["findings"]
        if each["affected"] is not None and each["affected"]["kind"] == "mailbox"
    ]
    rows = sum(each["records"] for each in content["sources"])
    return Audited(
        seconds,
        rows,
        peak_mib,
        findings=len(content["findings"]),
        digest=_digest(told),
        report_bytes=report.stat().st_size,
        snapshot_bytes=snapshot.stat().st_size,
    )


def in_ranges(server: Server, directory: Path) -> Audited:
    """The program itself with at most four ranges side by side."""
    ranges.MOST_SIDE_BY_SIDE = 4
    return whole(server, directory)


def watched(server: Server, directory: Path) -> Audited:
    """The program itself, and how much of its time it judges."""
    before_s = session.processor_s()
    with watching_judging() as judging:
        audited = whole(server, directory)
    processor_s = session.processor_s() - before_s
    return msgspec.structs.replace(
        audited,
        processor_s=processor_s,
        asking_rules_s=judging.asking_rules.seconds,
        making_findings_s=judging.making_findings.seconds,
        keeping_rows_s=judging.keeping_rows.seconds,
    )


def naive(server: Server, directory: Path) -> Audited:
    """The same audit without design: all rows kept as they came, every rule asked of every row.

    Facts of equal configurations are shared even here, which flatters it: making them for each
    row anew would take several times as long.
    """
    configuration = load(server.configuration)
    (environment,) = configuration.environments.values()
    request = request_of(configuration, environment, Judging(), now())
    secrets = look_up_secrets(configuration, [environment])
    started = time.perf_counter()
    with Connection(configuration, environment, secrets) as connection:
        outside = Downloaded(connection.outside(), server)
        records = read(outside)
        facts = normalise(
            records, request.declarations, request.thresholds.limits_of, request.started_at
        )
        rows = list(_converted(outside.rows(MAILBOXES)))
        read_at = now()
        facts.mailboxes.describe(outside.state(MAILBOXES, MailboxRow))
        numbers = facts.mailboxes.intern(Page(rows, read_at, "")).numbers
    judge = Judge(
        request.rules,
        chosen(facts.organization),
        {
            Organization: facts.organization,
            type(facts.declared): facts.declared,
            ExchangeTenant: facts.tenant,
            Dates: Dates(as_of=request.as_of),
            Thresholds: request.thresholds,
        },
    )
    rules = judge.about("mailbox")
    alone = address_use(False)
    findings: list[dict[str, Any]] = []
    shared: Counter[tuple[str, str]] = Counter()
    for row, number in zip(rows, numbers, strict=True):
        mailbox = facts.mailboxes.configurations[number].mailbox
        for rule in rules:
            verdict = judge.judge(rule, {Mailbox: mailbox, AddressUse: alone})
            if isinstance(verdict, Undetermined) and verdict.cause is not None:
                shared[rule.id, published(verdict.cause).code] += 1
            elif is_individual(verdict):
                assert isinstance(verdict, Fail | Undetermined)
                evidence = [resolve(e, row, read_at, facts) for e in verdict.evidence]
                findings.append(
                    {
                        "rule": rule.id,
                        "severity": severity_of(rule, verdict),
                        "verdict": "fail" if isinstance(verdict, Fail) else "undetermined",
                        "subject": {"kind": "mailbox", "id": row.mailboxid, "name": row.name},
                        "message": verdict.message,
                        "remedy": verdict.remedy or rule.remedy,
                        "evidence": msgspec.to_builtins(evidence),
                    }
                )
    with (directory / "naive.json").open("w") as out:
        json.dump({"findings": findings, "shared": [[*k, n] for k, n in shared.items()]}, out)
    seconds = time.perf_counter() - started
    peak_mib = session.peak_mib()
    told = [
        f"{each['rule']} {each['subject']['id']} {each['severity']} {each['verdict']}"
        for each in findings
    ]
    told += [f"{rule} {code} {count}" for (rule, code), count in shared.items()]
    return Audited(seconds, outside.total, peak_mib, findings=len(findings), digest=_digest(told))


class Downloaded:
    """Large tables as lists of dictionaries, every row kept; small ones as the program reads."""

    def __init__(self, live: PageSource, server: Server) -> None:
        self._live = live
        self._tables = {table.source: table for table in session.LARGE_TABLES}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        with requests.Session() as http:
            http.headers.update(session.headers(server))
            for table in session.LARGE_TABLES:
                self._rows[table.source] = _downloaded(http, server, table)

    @property
    def total(self) -> int:
        """All rows of large tables."""
        return sum(map(len, self._rows.values()))

    def rows(self, source: str) -> list[dict[str, Any]]:
        """The rows of one large table."""
        return self._rows[source]

    def state(self, source: str, row: type[msgspec.Struct]) -> SourceState:
        """A large table that was read whole."""
        columns = tuple(field.encode_name for field in msgspec.structs.fields(row))
        return SourceState(source, "read", len(self._rows[source]), columns=columns)

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source."""
        if reader.source not in self._tables:
            return self._live.open(reader, earlier)
        rows = msgspec.convert(self._rows[reader.source], list[reader.row])  # type: ignore[name-defined]
        return _Listed(rows, self.state(reader.source, reader.row))


class _Listed:
    def __init__(self, rows: list[Any], state: SourceState) -> None:
        self._rows = rows
        self.state = state

    def __iter__(self) -> Iterator[Page]:
        yield Page(self._rows, now(), "")


def _downloaded(http: requests.Session, server: Server, table: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    following: str | None = session.address(server, table)
    while following is not None:
        answer = http.get(following, timeout=60, verify=server.ca_bundle)
        answer.raise_for_status()
        content = answer.json()
        rows += content["value"]
        following = content.get("@odata.nextLink")
    return rows


def _converted(rows: Iterable[dict[str, Any]]) -> Iterator[MailboxRow]:
    return (msgspec.convert(row, MailboxRow) for row in rows)


def chosen(organization: Organization) -> Edition:
    """The edition that the program would choose."""
    from auditor.judging.editions import chosen_edition

    edition = chosen_edition("auto", organization).edition
    assert isinstance(edition, Edition)
    return edition


def _digest(told: list[str]) -> str:
    return sha256("\n".join(sorted(told)).encode()).hexdigest()


def ruled(server: Server, directory: Path, number: int) -> Audited:
    """The whole audit, but of so many rules: the catalogue over and over, each under another id."""
    configuration = load(server.configuration)
    (environment,) = configuration.environments.values()
    request = request_of(configuration, environment, Judging(), now())
    rules = tuple(
        msgspec.structs.replace(rule, id=f"{rule.id}-{nth // len(request.rules)}")
        for nth, rule in zip(range(number), cycle(request.rules), strict=False)
    )
    secrets = look_up_secrets(configuration, [environment])
    header = header_of(request)
    started, before_s = time.perf_counter(), session.processor_s()
    with (
        for_many_records(),
        Decoding() as decoding,
        Connection(configuration, environment, secrets, decoding=decoding) as connection,
        recording(directory / "audit.snapshot", header, connection.outside()) as outside,
        (directory / "report.json").open("wb") as out,
    ):
        audited = audit(msgspec.structs.replace(request, rules=rules), outside, now)
        json_report.write(audited, out)
    seconds = time.perf_counter() - started
    rows = sum(each.records for each in audited.sources)
    processor_s = session.processor_s() - before_s
    return Audited(seconds, rows, session.peak_mib(), processor_s=processor_s)


def audits() -> Mapping[str, Callable[[Server, Path], Audited]]:
    """Every audit by its name; `audit-N-rules` is one of N rules."""
    return {
        "audit-naive": naive,
        "audit": whole,
        "audit-4-ranges": in_ranges,
        "audit-watched": watched,
    } | {f"audit-{number}-rules": partial(ruled, number=number) for number in RULES}
