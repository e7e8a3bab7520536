"""The pages of tickets: one for each, and the list of all."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from auditor.model import Audit, Finding, MailboxEntry, Subject
from auditor.reports.shared import evidence_words, wording
from auditor.reports.shared.headline import headline
from auditor.reports.shared.markdown_text import linked, safe
from auditor.reports.ticket_files.imports import Titles
from auditor.reports.ticket_files.register import KEPT_DAYS, Register, Ticket, Told, keys_of
from rules.counting import counted

NAMED = 20
"""Mailboxes that a page names."""
UNJUDGED = "The last run could not judge whether it is still there."


class Pages:
    """Makes the pages of one run. They say nothing that another run would say otherwise."""

    def __init__(
        self, audit: Audit, register: Register, told: Told, titles: Titles, *, ended: bool = False
    ) -> None:
        """`ended`: what is proven to repair causes was not looked for in all of them."""
        self._ended = ended
        self._audit = audit
        self._register = register
        self._told = told
        self._titles = titles
        self._mailboxes = _mailboxes(audit, register.tickets)

    def page(self, of: Ticket) -> str:
        """The page of one ticket."""
        return "".join(f"{each}\n" for each in self._page(of))

    def index(self) -> str:
        """The list of all tickets: what is new, what is closed, what is open."""
        return "".join(f"{each}\n" for each in self._index())

    def summary(self) -> str:
        """How many there are, and what this run changed."""
        register, now = self._register, self._register.started_at
        open = register.of("open")
        parts = [
            f"{counted(len(open), 'ticket is', 'tickets are')} open",
            f"{sum(each.opened == now for each in open):,} of them new",
            f"{sum(each.closed == now for each in register.tickets):,} closed by this run",
        ]
        if unjudged := sum(each.unjudged for each in open):
            parts.append(f"{unjudged:,} could not be judged and stay open")
        if waived := len(register.of("waived")):
            parts.append(f"{waived:,} waived")
        more = ""
        if register.without:
            causes = counted(register.without, "cause", "causes")
            more = f" {causes} further down the list have no ticket yet."
        return f"{'; '.join(parts)}.{more}"

    def _page(self, of: Ticket) -> Iterator[str]:
        cause = of.cause
        yield f"# {safe(self._titles.of(of))}"
        yield ""
        yield f"- Key: {of.key}"
        yield f"- State: {_state(of)}"
        if of.unjudged:
            yield f"- {UNJUDGED}"
        yield f"- Where: {linked(cause.subject)}"
        yield f"- Effect: {cause.effect}, severity {cause.severity}"
        if numbers := wording.cause_numbers(cause):
            yield f"- {numbers}"
        yield f"- Environment: {safe(wording.environment(self._audit))}"
        yield ""
        yield "## What to do"
        yield ""
        for number, step in enumerate(cause.steps, 1):
            yield f"{number}. {safe(step)}"
        if proven := self._titles.proven(of):
            yield ""
            yield f"Proven, a step of `auditor plan`: {safe(proven)}"
        yield ""
        yield "## What failed" if of.closed else "## What fails"
        yield ""
        for key in keys_of(of):
            yield from self._failing(key[0], self._told.failing.get(key))
        yield from self._concerned(of)

    def _failing(self, rule_id: str, finding: Finding | None) -> Iterator[str]:
        yield f"- {safe(self._titles.of_rule(rule_id))} ({safe(rule_id)})"
        if finding is None:
            return
        yield f"  - {safe(finding.message)}"
        # Without the time at which it was read: a page changes where its cause does.
        shown = [replace(each, read_at="") for each in finding.evidence]
        for line in evidence_words.lines(shown, finding.subject, self._audit.names):
            yield f"  - {safe(line)}"
        for statement_id in finding.statements:
            statement = wording.statement(self._audit.edition, statement_id)
            says = f": {statement.paraphrase}" if statement else ""
            yield f"  - Statement {safe(f'{statement_id}{says}')}"

    def _concerned(self, of: Ticket) -> Iterator[str]:
        entries, count = self._mailboxes.get(of.cause.id, ([], 0))
        if not entries or of.cause.subject.kind == "mailbox" or of.closed:
            return
        yield ""
        yield "## Mailboxes that do not simply work because of it"
        yield ""
        for each in entries:
            name = safe(wording.subject(Subject("mailbox", each.id, each.name, each.address)))
            yield f"- {name}: {each.standing}"
        if count > len(entries):
            yield f"- and {count - len(entries):,} more"

    def _index(self) -> Iterator[str]:
        register, now = self._register, self._register.started_at
        yield f"# {safe(headline(self._audit))}"
        yield ""
        yield f"Run of {safe(register.started_at)}: {self.summary()}"
        if self._ended:
            yield ""
            yield safe(wording.PLAN_ENDED)
        open = register.of("open")
        yield from self._list("New", [each for each in open if each.opened == now])
        closed = register.of("closed")
        yield from self._list("Closed by this run", [each for each in closed if each.closed == now])
        yield from self._list("Could not be judged", [each for each in open if each.unjudged])
        rest = [each for each in open if each.opened != now and not each.unjudged]
        yield from self._list("Still open", rest)
        yield from self._list("Waived", register.of("waived"))
        before = [each for each in closed if each.closed != now]
        yield from self._list(f"Closed in the last {KEPT_DAYS} days", before)

    def _list(self, heading: str, tickets: Sequence[Ticket]) -> Iterator[str]:
        if not tickets:
            return
        yield ""
        yield f"## {heading} ({len(tickets):,})"
        yield ""
        for each in tickets:
            yield f"- [{each.key}]({each.key}.md) {safe(self._titles.of(each))}"


def _state(of: Ticket) -> str:
    since = f"since {safe(of.opened)}"
    if of.closed:
        return f"closed: the run of {safe(of.closed)} judged it, and it fails no more; open {since}"
    if of.cause.waived is not None:
        return f"{safe(wording.waiver(of.cause))}; open {since}"
    return f"open {since}"


def _mailboxes(
    audit: Audit, tickets: Iterable[Ticket]
) -> dict[str, tuple[list[MailboxEntry], int]]:
    """The first mailboxes of each cause that has a ticket, and how many there are."""
    wanted = {each.cause.id for each in tickets if each.cause.subject.kind != "mailbox"}
    found: dict[str, tuple[list[MailboxEntry], int]] = {}
    for entry in audit.mailboxes() if wanted else ():
        for id in wanted.intersection(entry.causes):
            entries, count = found.setdefault(id, ([], 0))
            if len(entries) < NAMED:
                entries.append(entry)
            found[id] = (entries, count + 1)
    return found
