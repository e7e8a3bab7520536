"""From verdicts to the `Audit` value.

Tested in `tests/auditor/test_arithmetic.py`.
"""

from collections.abc import Mapping
from typing import Final, Literal

from auditor import __version__
from auditor.findings.causes import Causes
from auditor.findings.findings import Findings
from auditor.findings.record_names import record_names
from auditor.findings.standing import Standings
from auditor.findings.totals import Totals
from auditor.findings.waivers import Waivers
from auditor.judging.editions import Chosen
from auditor.judging.judge_all import Verdicts
from auditor.model import Audit, EnvironmentOf, SourceOf
from auditor.request import Request
from connectors.sources.source import SourceState
from rules.edition import Edition
from rules.option_sets import Deployment
from rules.unknown import Unknown


def conclude(
    request: Request, verdicts: Verdicts, choice: Chosen, waivers: Waivers, finished_at: str
) -> Audit:
    """What the audit found, with its numbers. Findings are made when they are asked for."""
    findings = Findings(request.environment, request.url, verdicts, waivers)
    standings = Standings(verdicts, findings)
    causes = Causes(standings)
    totals = Totals(verdicts, findings, waivers, standings)
    edition = choice.edition if isinstance(choice.edition, Edition) else None
    states = verdicts.facts.states()
    rules = totals.rules()
    open_subjects = {each.rule.id: each.counts.undetermined for each in rules}
    return Audit(
        tool_version=__version__,
        run_id=request.run_id,
        started_at=request.started_at,
        finished_at=finished_at,
        as_of=request.as_of.isoformat(),
        environment=_environment(request, verdicts, edition),
        edition=edition,
        complete=all(state.status in ("read", "not-configured") for state in states),
        sources=tuple(_source(state) for state in states),
        summary=totals.summary(),
        undetermined=totals.undetermined(),
        causes=causes.in_order,
        cause_count=causes.count,
        mailboxes=standings.mailboxes,
        undecided=standings.undecided,
        statements=totals.statements(edition),
        rules=rules,
        findings=lambda: iter(findings),
        extents=findings.extents,
        standings_digest=standings.digest,
        undetermined_open=totals.undetermined_open,
        notes=(*choice.notes, *waivers.notes(open_subjects)),
        names=record_names(verdicts.facts),
    )


def _environment(request: Request, verdicts: Verdicts, edition: Edition | None) -> EnvironmentOf:
    own = verdicts.facts.organization
    version = own.version
    return EnvironmentOf(
        name=request.environment,
        url=request.url,
        organization_id=own.id,
        organization_name=own.name,
        deployment=None if isinstance(own.deployment, Unknown) else _WORDS[own.deployment],
        version=None if isinstance(version, Unknown) else ".".join(map(str, version)),
        tenant_id=None if isinstance(own.tenant_id, Unknown) else own.tenant_id,
        edition=edition.id if edition is not None else None,
    )


def _source(state: SourceState) -> SourceOf:
    return SourceOf(
        name=state.name,
        status=state.status,
        records=state.records,
        requests=state.requests,
        reason=state.reason,
        remedy=state.remedy,
    )


_WORDS: Final[Mapping[Deployment, Literal["online", "on-premises"]]] = {
    Deployment.ONLINE: "online",
    Deployment.ON_PREMISES: "on-premises",
}
