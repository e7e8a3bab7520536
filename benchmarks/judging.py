"""Judging alone, on pages that were read before: each configuration once, or every mailbox anew."""

import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec

from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.findings.findings import Findings, published
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import severity_of
from auditor.judging.judge_all import judge_all
from auditor.judging.mailbox_group import is_individual
from auditor.judging.row_evidence import resolve
from auditor.judging.shared_addresses import address_use
from auditor.process.memory import for_many_records
from auditor.reading import read
from auditor.running import Judging, now, request_of
from benchmarks import session
from benchmarks.server import Server
from connectors.columnar.page import Page
from connectors.normalisation.facts import Facts, normalise
from connectors.normalisation.mailbox.configurations import Interned
from connectors.normalisation.optional import optional_facts
from rules.dates import Dates
from rules.facts import AddressUse, ExchangeTenant, Mailbox, Organization
from rules.judge import Judge
from rules.rule import Rule
from rules.thresholds import Thresholds
from rules.verdict import Fail, Undetermined


class Judged(msgspec.Struct):
    """What judging took, of how many mailboxes, and how many findings came of it."""

    seconds: float
    rows: int
    peak_mib: float
    findings: int


class Prepared:
    """Facts whose mailboxes were read and interned before."""

    def __init__(self, facts: Facts, pages: list[tuple[Page, Interned]]) -> None:
        self._facts = facts
        self._pages = pages

    def pages(self) -> Iterator[tuple[Page, Interned]]:
        """The pages, as often as they are asked for."""
        return iter(self._pages)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._facts, name)


class Bench:
    """One organisation, read before the clock runs."""

    def __init__(self, server: Server) -> None:
        configuration = load(server.configuration)
        (environment,) = configuration.environments.values()
        self.request = request_of(configuration, environment, Judging(), now())
        secrets = look_up_secrets(configuration, [environment])
        with Connection(configuration, environment, secrets) as connection:
            records = read(connection.outside(), connection.deployment)
            facts = normalise(
                records,
                self.request.declarations,
                self.request.thresholds.limits_of,
                self.request.started_at,
            )
            self.pages = list(facts.pages())
        self.facts: Any = Prepared(facts, self.pages)
        self.rows = sum(len(page.rows) for page, _ in self.pages)
        self.shared: dict[Any, object] = {
            Dates: Dates(as_of=self.request.as_of),
            Thresholds: self.request.thresholds,
            **optional_facts(facts.readings, self.request.thresholds.__getitem__),
        }

    def took(self, started: float, findings: int) -> Judged:
        """The result, with the time up to now."""
        return Judged(time.perf_counter() - started, self.rows, session.peak_mib(), findings)


def once(server: Server, times: int = 1) -> Judged:
    """As the program does it, with every finding made; every rule that many times over."""
    from benchmarks.audits import chosen

    bench = Bench(server)
    rules = tuple(
        msgspec.structs.replace(rule, id=f"{rule.id}-{nth}")
        for nth in range(times)
        for rule in bench.request.rules
    )
    waivers = Waivers((), bench.request.environment, bench.request.as_of)
    with for_many_records():
        started = time.perf_counter()
        edition = chosen(bench.facts.organization)
        verdicts = judge_all(bench.facts, rules, edition, bench.shared)
        findings = Findings(bench.request.environment, server.url, verdicts, waivers)
        return bench.took(started, sum(1 for _ in findings))


def twice(server: Server) -> Judged:
    """The same with every rule twice."""
    return once(server, times=2)


def anew(server: Server) -> Judged:
    """One call for each rule and mailbox, and a finding made of each that is one."""
    from benchmarks.audits import chosen

    bench = Bench(server)
    facts = bench.facts
    judge = Judge(
        bench.request.rules,
        chosen(facts.organization),
        {
            Organization: facts.organization,
            type(facts.declared): facts.declared,
            ExchangeTenant: facts.tenant,
            **bench.shared,
        },
    )
    rules = judge.about("mailbox")
    alone = address_use(False)
    with for_many_records():
        started = time.perf_counter()
        findings = list(chain.from_iterable(_found(bench, judge, rules, alone)))
        return bench.took(started, len(findings))


def _found(
    bench: Bench, judge: Judge, rules: tuple[Rule, ...], alone: AddressUse
) -> Iterator[list[dict[str, Any]]]:
    shared: Counter[tuple[str, str]] = Counter()
    facts = bench.facts
    for page, interned in bench.pages:
        for row, number in zip(page.rows, interned.numbers.tolist(), strict=True):
            mailbox = facts.mailboxes.configurations[number].mailbox
            found = []
            for rule in rules:
                verdict = judge.judge(rule, {Mailbox: mailbox, AddressUse: alone})
                if isinstance(verdict, Undetermined) and verdict.cause is not None:
                    shared[rule.id, published(verdict.cause).code] += 1
                elif is_individual(verdict):
                    assert isinstance(verdict, Fail | Undetermined)
                    found.append(
                        {
                            "rule": rule.id,
                            "severity": severity_of(rule, verdict),
                            "subject": {"kind": "mailbox", "id": row.mailboxid, "name": row.name},
                            "message": verdict.message,
                            "remedy": verdict.remedy or rule.remedy,
                            "evidence": [
                                resolve(each, row, page.read_at, facts) for each in verdict.evidence
                            ],
                        }
                    )
            yield found


JUDGES = {"judge-anew": anew, "judge-once": once, "judge-once-rules-twice": twice}
