"""email-router-as-fallback: the way out that an edition names is closed."""

from collections.abc import Iterator

from msgspec.structs import replace

from rules.directions import uses
from rules.edition import Edition
from rules.facts import (
    Declared,
    Direction,
    EmailExtensions,
    Emails,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
)
from rules.judge import Judge, undetermined
from rules.pages import SUPPORT_PAGE
from rules.rule import Rule, catalogue, rule
from rules.unknown import Unknown
from rules.verdict import Fail, Pass, Undetermined, Verdict


@rule(
    id="email-router-as-fallback",
    title="The support document sends an unsupported configuration to the Email Router",
    kind="support",
    severity="note",
    effect="advice",
    statements=("S17-68", "ON9-72", "OP9-49"),
    source=SUPPORT_PAGE,
    remedy=(
        "Fix the unsupported configuration instead: the Email Router stopped working in April "
        "2021 and nothing replaces it."
    ),
)
def check(
    organization: Organization,
    declared: Declared,
    edition: Edition,
    mailboxes: Every[Mailbox],
    tenant: ExchangeTenant | Unknown,
    emails: Emails | Unknown,
    extensions: EmailExtensions | Unknown,
    servers: Every[MailServer] | Unknown,
    profiles: Every[EmailServerProfile] | Unknown,
) -> Verdict:
    """Asks the support rules of severity error for the first thing that is unsupported."""
    shared: dict[object, object] = {
        Organization: organization,
        Declared: declared,
        Every[Mailbox]: mailboxes,
        ExchangeTenant: tenant,
        Emails: emails,
        EmailExtensions: extensions,
        Every[MailServer]: servers,
    }
    first: Undetermined | None = None
    for found, verdict in _verdicts(edition, shared, organization, mailboxes, profiles):
        if isinstance(verdict, Fail):
            advice = " ".join(each.paraphrase for each in edition.on("email-router"))
            return Fail(f"{found.title}. {advice} That way closed in April 2021.", verdict.evidence)
        if isinstance(verdict, Undetermined):
            first = first or verdict
    if first is not None:
        return Undetermined(first.message, first.remedy, first.cause, first.evidence)
    return Pass(
        "No configuration needs the Email Router as a way out.", organization.evidence("deployment")
    )


def _verdicts(
    edition: Edition,
    shared: dict[object, object],
    organization: Organization,
    mailboxes: Every[Mailbox],
    profiles: Every[EmailServerProfile] | Unknown,
) -> Iterator[tuple[Rule, Verdict]]:
    """What the other support rules of severity error say of everything in use."""
    told = {*shared, Edition, Mailbox, EmailServerProfile}
    judge = Judge(
        (
            # Profiles are narrowed to those in use below, by the mailboxes themselves.
            replace(each, population="all") if each.subject == "profile" else each
            for each in catalogue()
            if each.kind == "support"
            and each.severity == "error"
            and all(need in told for _, need in each.needs)
        ),
        edition,
        shared,
    )
    for each in judge.about("organization"):
        yield each, judge.judge(each, {Organization: organization})
    whole = {} if isinstance(profiles, Unknown) else {each.id: each for each, _ in profiles}
    in_use: dict[str, EmailServerProfile] = {}
    directions: dict[str, set[Direction]] = {}
    for mailbox, _ in mailboxes:
        profile = mailbox.profile
        if mailbox.synchronizing is not False and isinstance(profile, EmailServerProfile):
            directions.setdefault(profile.id, set()).update(
                each.direction for each in profile.connections if uses(mailbox, each) is not False
            )
        if mailbox.synchronizing is True and isinstance(profile, EmailServerProfile):
            in_use[profile.id] = whole.get(profile.id, profile)
        for each in judge.about("mailbox"):
            yield each, judge.judge(each, {Mailbox: mailbox})
    for profile in in_use.values():
        if profile.active is False:
            continue
        used = directions[profile.id]
        sole = next(iter(used)) if len(used) == 1 else None
        for each in judge.about("profile"):
            verdict = judge.judge(each, {EmailServerProfile: profile.used_for(sole)})
            if isinstance(profile.active, Unknown) and isinstance(verdict, Fail):
                verdict = undetermined(profile.active)
            yield each, verdict
        if isinstance(profiles, Unknown) and profile.sole_direction != sole:
            # Only how one direction is used is known of it, and its mailboxes use both.
            yield judge.rules[0], undetermined(profiles)
