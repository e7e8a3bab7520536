"""One audit: read, normalise, judge, report. Start reading here."""

import datetime
from collections.abc import Callable

from msgspec import Struct

from auditor.findings.result import conclude
from auditor.findings.waivers import Waiver, Waivers
from auditor.judging.editions import Chosen, chosen_edition
from auditor.judging.groups import Watch
from auditor.judging.judge_all import Verdicts, judge_all
from auditor.model import Audit
from auditor.reading import Declarations, normalise, read
from auditor.selection import Selection, narrowed
from connectors.normalisation.optional import optional_facts
from connectors.sources.live import PageSource
from rules.dates import Dates
from rules.rule import Rule
from rules.thresholds import Thresholds


class Request(Struct, frozen=True, kw_only=True):
    """What an audit is asked to do. Times are UTC, ISO 8601.

    `edition` is an id, or `auto`. `as_of` is the day that dates and waivers are judged against.
    `only` names the subjects that are judged.
    """

    environment: str
    url: str
    run_id: str
    started_at: str
    as_of: datetime.date
    rules: tuple[Rule, ...]
    thresholds: Thresholds
    edition: str = "auto"
    declarations: Declarations = Declarations()
    waivers: tuple[Waiver, ...] = ()
    only: Selection = Selection()


def audit(request: Request, outside: PageSource, now: Callable[[], str]) -> Audit:
    """Audits one organisation: reads its records, states facts, judges them, and reports.

    `outside` is where records come from: live servers, or a snapshot; `now` tells when the audit
    ends. What a server does never raises: it is the state of a source.
    """
    verdicts, choice = verdicts_of(request, outside)
    waivers = Waivers(request.waivers, request.environment, request.as_of)
    return conclude(request, verdicts, choice, waivers, now())


def verdicts_of(
    request: Request, outside: PageSource, watch: Watch | None = None
) -> tuple[Verdicts, Chosen]:
    """Every verdict, and the edition that it was judged by.

    `watch` tells of which mailboxes the row is kept whatever the verdict.
    """
    records = read(narrowed(outside, request.only))
    facts = normalise(
        records, request.declarations, request.thresholds.limits_of, request.started_at
    )
    choice = chosen_edition(request.edition, facts.organization)
    once = {
        Dates: Dates(as_of=request.as_of),
        Thresholds: request.thresholds,
        **optional_facts(facts.readings, request.thresholds.__getitem__),
    }
    return judge_all(facts, request.rules, choice.edition, once, watch, request.only), choice
