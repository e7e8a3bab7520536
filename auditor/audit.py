"""One audit: read, normalise, judge, report. Start reading here.

Where a new rule, source, column, fact, sign-in method, retry, bound or report format belongs is the
first table of CONTRIBUTING.md; what each folder holds is docs/architecture.md.

Tested in `tests/auditor/test_arithmetic.py` and `tests/auditor/test_random_organisations.py`.
"""

import datetime
from collections.abc import Callable
from typing import TypeAlias

from auditor.findings.result import conclude
from auditor.findings.waivers import Waivers
from auditor.judging.editions import Chosen, chosen_edition
from auditor.judging.judge_all import TakeAddresses, Verdicts, judge_all
from auditor.judging.mailbox_group import Watch
from auditor.model import Audit
from auditor.reading import read
from auditor.request import Request
from auditor.selection import narrowed
from connectors.normalisation.facts import normalise
from connectors.normalisation.optional import optional_facts
from connectors.sources.live import PageSource
from rules.dates import Dates
from rules.thresholds import Thresholds

Planned: TypeAlias = Callable[[Request, Verdicts, Audit], Audit]
"""Adds to an audit what rests on its verdicts."""


def audit(
    request: Request,
    outside: PageSource,
    now: Callable[[], str],
    take_addresses: TakeAddresses | None = None,
    planned: Planned | None = None,
) -> Audit:
    """Audits one organisation: reads its records, states facts, judges them, and reports.

    `outside` is where records come from: live servers, or a snapshot; `now` tells when the audit
    ends. What a server does never raises: it is the state of a source. `take_addresses` is called
    where the audit is one of several; `planned` adds to what was found.
    """
    verdicts, choice = verdicts_of(request, outside, take_addresses=take_addresses)
    if planned is None:
        # Every mailbox was looked at, and reports need the memory; plans look at some again.
        verdicts.facts.owners.forget_digests()
    waivers = Waivers(request.waivers, request.environment, request.as_of)
    found = conclude(request, verdicts, choice, waivers, now())
    return found if planned is None else planned(request, verdicts, found)


def verdicts_of(
    request: Request,
    outside: PageSource,
    watch: Watch | None = None,
    take_addresses: TakeAddresses | None = None,
) -> tuple[Verdicts, Chosen]:
    """Every verdict, and the edition that it was judged by.

    `watch` tells of which mailboxes the row is kept whatever the verdict.
    """
    records = read(narrowed(outside, request.only), request.declarations.deployment)
    facts = normalise(
        records, request.declarations, request.thresholds.limits_of, request.started_at
    )
    choice = chosen_edition(request.edition, facts.organization)
    once = {
        Dates: Dates(as_of=request.as_of, read_on=_day_of(request.started_at)),
        Thresholds: request.thresholds,
        **optional_facts(facts.readings, request.thresholds.__getitem__),
    }
    verdicts = judge_all(
        facts,
        request.rules,
        choice.edition,
        once,
        watch,
        request.only,
        request.unreported,
        take_addresses,
    )
    return verdicts, choice


def _day_of(moment: str) -> datetime.date:
    return datetime.datetime.fromisoformat(moment).date()
