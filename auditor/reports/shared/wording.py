"""The sentences that every report for people shares, so that all answer in the same words."""

from collections.abc import Callable, Iterable, Mapping

from auditor.judging.record_codes import rests_on
from auditor.model import Audit, Finding, RootCause, SharedCause, SourceOf, Subject
from auditor.reports.shared.text import plain
from rules.counting import counted
from rules.edition import Edition, Statement

PROFILES = "dynamics.emailserverprofiles"

EXITS = {
    0: "complete, nothing at or above the threshold (--fail-on)",
    1: "an unwaived failing finding at or above the threshold (--fail-on)",
    3: "incomplete: not everything that was asked for could be read or judged",
    4: "an unwaived failing finding at or above the threshold (--fail-on), and incomplete",
    70: "a defect of the program itself",
    75: "another run of the environment goes on; nothing was read",
    130: "interrupted",
    143: "terminated",
}

STANDINGS = {
    "broken": "The mailbox is broken.",
    "unknown": "It is unknown whether the mailbox works.",
    "unsupported": "The mailbox works, in a way that Microsoft does not support.",
}

PLAN_ENDED = (
    "A report looks for changes only so long. `auditor plan` looks for those of all causes."
)

WORKS = "The mailbox works."
NOT_IN_USE = "The mailbox is not meant to synchronize."

STATUSES = {
    "read": "read",
    "partial": "read in part",
    "failed": "could not be read",
    "not-configured": "not configured",
}

MISSING = 3
"""So many things that are missing are named."""


def readiness(name: str, day: str, *, ready: bool, undetermined: bool) -> str:
    """Whether an organisation is ready on a day for what ends."""
    if not ready:
        return f"{plain(name)} is not ready on {day}."
    if undetermined:
        return (
            f"Whether {plain(name)} is ready on {day} is not known: nothing is known to be"
            " missing, but something could not be judged."
        )
    return f"{plain(name)} is ready on {day}."


def nothing_fails(audit: Audit) -> str:
    """That nothing fails, and how much could not be told."""
    count = audit.summary.verdicts.undetermined
    if not count:
        return "No unwaived failing finding."
    open = counted(count, "verdict is", "verdicts are")
    return f"No unwaived failing finding, but {open} undetermined."


def standing(word: str) -> str:
    """How one mailbox stands, as a sentence; empty: it is not meant to synchronize."""
    return STANDINGS.get(word, WORKS) if word else NOT_IN_USE


def environment(audit: Audit) -> str:
    """The organisation, its product and version, on one line."""
    of = audit.environment
    product = {"online": "Dynamics 365 online", "on-premises": "Dynamics 365 (on-premises)"}
    parts = [
        f"{of.name}" + (f" ({of.organization_name})" if of.organization_name else ""),
        of.url,
        product.get(of.deployment or "", "deployment unknown"),
        f"version {of.version}" if of.version else "version unknown",
    ]
    return plain(", ".join(part for part in parts if part))


def edition(audit: Audit) -> str:
    """The text judged by, its date, and where it is published."""
    text = audit.edition
    if text is None:
        return (
            f"{plain(audit.environment.edition)}, which is not on file"
            if audit.environment.edition
            else "none: deployment or version could not be established"
        )
    return plain(f"{text.title}, edition {text.id}, text of {text.text_date}, {text.source}")


def completeness(audit: Audit) -> str:
    """Whether everything configured was read, in one sentence."""
    if audit.complete:
        return "Complete: every configured source was read."
    return "Incomplete: not every configured source could be read."


def unread(sources: Iterable[SourceOf]) -> list[SourceOf]:
    """The sources that were not read in full, failures first."""
    order = ("failed", "partial", "not-configured")
    return sorted(
        (source for source in sources if source.status in order),
        key=lambda source: (order.index(source.status), source.name),
    )


def unconfigured(sources: Iterable[SourceOf]) -> str:
    """The names of the sources that no section configures; empty where there is none."""
    return plain(", ".join(each.name for each in sources if each.status == "not-configured"))


def coverage(audit: Audit) -> str:
    """How much could be judged, out of how much."""
    of = audit.summary.coverage
    rules = (
        f"{of.rules_judged:,} of {counted(of.rules, 'rule', 'rules')} judged without an open"
        " subject."
    )
    if not of.mailboxes_synchronizing:
        return rules
    mailboxes = counted(
        of.mailboxes_synchronizing, "synchronizing mailbox", "synchronizing mailboxes"
    )
    return (
        f"It is decided for {of.mailboxes_judged:,} of {mailboxes} whether Microsoft supports"
        f" what {'it uses' if of.mailboxes_synchronizing == 1 else 'they use'}. {rules}"
    )


def missing(audit: Audit) -> list[str]:
    """What it would take to decide that for the other mailboxes, that of most mailboxes first.

    Beyond the first few they are counted.
    """
    of = audit.summary.coverage
    open = of.mailboxes_synchronizing - of.mailboxes_judged
    those = f"the other {open:,}" if of.mailboxes_judged else f"these {open:,}"
    lines = []
    for each in of.missing[:MISSING]:
        whom = those if each.mailboxes == open else f"{each.mailboxes:,} of {those}"
        lacking = [cause(one, audit.names) for one in each.causes]
        shown = "; ".join(lacking[:MISSING]) or "a value in a record"
        more = f"; {len(lacking) - MISSING:,} more" if len(lacking) > MISSING else ""
        lines.append(f"For {whom}: {plain(each.remedy)} (Missing: {shown}{more}.)")
    if rest := of.missing[MISSING:]:
        each_of = counted(rest[0].mailboxes, "mailbox", "mailboxes")
        lines.append(f"And {len(rest):,} more, each for at most {each_of}.")
    return lines


def totals(audit: Audit) -> str:
    """What was looked at and how it ended."""
    summary = audit.summary
    verdicts, severities = summary.verdicts, summary.severities
    return (
        f"{counted(severities.error, 'error', 'errors')},"
        f" {counted(severities.warning, 'warning', 'warnings')},"
        f" {counted(severities.note, 'note', 'notes')}. Verdicts:"
        f" {verdicts.fail:,} fail, {verdicts.undetermined:,} undetermined,"
        f" {verdicts.passed:,} pass, {verdicts.not_applicable:,} not applicable,"
        f" {verdicts.waived:,} waived, over {counted(summary.profiles, 'profile', 'profiles')} and"
        f" {counted(summary.mailboxes, 'mailbox', 'mailboxes')}"
        f" in {counted(summary.configurations, 'configuration', 'configurations')}."
    )


def subject(of: Subject) -> str:
    """The subject's kind and name; its address or id where it has no name."""
    kind = {"email-system": "email system"}.get(of.kind, of.kind)
    if of.name:
        also = f" <{of.address}>" if of.address and of.address != of.name else ""
        return plain(f"{kind} {of.name}{also}")
    return plain(f"{kind} {of.address or of.id}".rstrip())


def cause_line(of: RootCause, title: Callable[[str], str]) -> str:
    """Where a cause lies, what fails there, and what its repair does for how many mailboxes."""
    what = "; ".join(map(title, of.rules))
    line = f"{subject(of.subject)}: {what}. {cause_numbers(of)}".rstrip()
    return f"{line} {sentence(waiver(of))}".rstrip()


def cause_numbers(of: RootCause) -> str:
    """What the repair of a cause does for how many mailboxes; empty where it concerns none."""
    if not of.mailboxes:
        return ""
    concerns = f"Concerns {counted(of.mailboxes, 'mailbox', 'mailboxes')}"
    if of.repairs:
        alone = f"{concerns}; with its repair {_work(of.repairs)}"
    else:
        alone = f"{concerns}; its repair alone makes none of them work"
    together = repairs_together(of.repairs_together, of.repairs)
    return f"{alone}; {together}." if together else f"{alone}."


def repairs_together(together: int, alone: int) -> str:
    """What a cause repairs besides once those before it are repaired too; empty: nothing more."""
    if not together:
        return ""
    return f"with those above, {_work(together, ' more' if alone else '')}"


def _work(number: int, more: str = "") -> str:
    return f"{number:,}{more} {'works' if number == 1 else 'work'}"


def label(of: Subject) -> str:
    """The subject's name alone; its address or id where it has no name."""
    return plain(of.name or of.address or of.id or of.kind)


def affected(finding: Finding) -> str:
    """Whom a shared cause leaves open, with samples; empty where there is none."""
    of = finding.affected
    if of is None:
        return ""
    names = ", ".join(subject(each) for each in of.sample)
    more = of.count - len(of.sample)
    tail = f", and {more:,} more" if names and more > 0 else ""
    kinds = {"mailbox": "mailboxes", "email-system": "email systems"}
    return (
        f"{counted(of.count, of.kind, kinds.get(of.kind, of.kind + 's'))}"
        f" in {counted(of.configurations, 'configuration', 'configurations')}"
        + (f": {names}{tail}" if names else "")
    )


def cause(of: SharedCause, names: Mapping[str, str]) -> str:
    """The source or declaration that leaves subjects open, and why; records go by their names."""
    kind = "source" if of.declaration is None else "declaration"
    name = of.declaration or of.source or ""
    # Codes name their source too, so that no two are alike.
    why = of.code.removeprefix(f"{name}:")
    if place := rests_on(why):
        record, field = place
        whose = "profile " if name == PROFILES else ""
        why = f"{field} of {whose}{names.get(record, record)}"
    return plain(f"{kind} {name}: {why}")


def statement(of: Edition | None, statement_id: str) -> Statement | None:
    """The statement of that id; None where the edition is unknown or silent."""
    return of.statement(statement_id) if of is not None and statement_id in of else None


def waiver(of: Finding | RootCause) -> str:
    """`waived until DAY: reason`; empty where no waiver is met."""
    if of.waived is None:
        return ""
    return plain(f"waived until {of.waived.until}: {of.waived.reason}")


def sentence(text: str) -> str:
    """The text as a sentence; empty where it is."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def exit_meaning(exit_code: int) -> str:
    """What an exit code says."""
    return f"Exit {exit_code}: {EXITS.get(exit_code, 'see the documentation')}."


def common_remedy(findings: Iterable[Finding]) -> str | None:
    """The remedy that all the findings have in common; None where they ask for different ones."""
    remedies = {finding.remedy for finding in findings}
    return remedies.pop() if len(remedies) == 1 else None
