"""The answer to a text: every subject that it names, explained."""

from auditor.audit import verdicts_of
from auditor.findings.causes import Causes
from auditor.findings.findings import Findings
from auditor.findings.record_names import record_names
from auditor.findings.standing import Standings
from auditor.findings.waivers import Waivers
from auditor.judging.judge_all import Verdicts
from auditor.model import Subject
from auditor.plan.first_steps import FirstSteps
from auditor.request import Request
from auditor.why.answer import Answer, Explanation
from auditor.why.explaining import of_mailbox, of_other, subject_of, with_names, with_waivers
from auditor.why.named import OF_MAILBOXES, SUGGESTED, asked, others_named, places
from connectors.columnar.page import Page
from connectors.normalisation.mailbox.owners import Owners
from connectors.sources.live import PageSource


def why(request: Request, outside: PageSource, text: str) -> Answer:
    """Explains every subject that `text` names; none where nothing is known of it.

    `text` is an id, name or address, case ignored; `KIND:` before it narrows it to one of KINDS.
    Where it is none of one, but part of that of a single mailbox or profile, that one is meant.
    """
    kind, wanted = asked(text)
    in_part: set[str] = set()

    def watch(page: Page, owners: Owners) -> set[int]:
        if kind not in (None, *OF_MAILBOXES) or not page.rows:
            return set()
        return places(page, owners, wanted, in_part)

    verdicts, _ = verdicts_of(request, outside, watch)
    with verdicts.kept:
        found, suggestions = _found(request, verdicts, kind, wanted, in_part)
        states = verdicts.facts.states()
    unread = tuple(each.name for each in states if each.status in ("partial", "failed"))
    return Answer(tuple(found), unread, suggestions)


def _found(
    request: Request, verdicts: Verdicts, kind: str | None, wanted: str, in_part: set[str]
) -> tuple[list[Explanation], tuple[Subject, ...]]:
    waivers = Waivers(request.waivers, request.environment, request.as_of)
    findings = Findings(request.environment, request.url, verdicts, waivers)
    causes = Causes(Standings(verdicts, findings))
    mailboxes = [each for each in verdicts.watched if each.row.mailboxid not in in_part]
    others = list(others_named(verdicts, findings, kind, wanted))
    suggestions: tuple[Subject, ...] = ()
    if not mailboxes and not others:
        mailboxes = verdicts.watched
        others = list(others_named(verdicts, findings, kind, wanted, in_part=True))
        if len(mailboxes) + len(others) > 1:
            suggestions = (
                *(subject_of(findings, each) for each in mailboxes),
                *(subject for subject, _ in others),
            )[:SUGGESTED]
            mailboxes, others = [], []
    steps = FirstSteps(request, verdicts, findings) if mailboxes else None
    found = [of_mailbox(verdicts, findings, causes, steps, each) for each in mailboxes]
    found += [of_other(verdicts, causes.standings, *each) for each in others]
    names = record_names(verdicts.facts)
    return [with_names(with_waivers(each, waivers), names) for each in found], suggestions
