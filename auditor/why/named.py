"""Which subjects a text names: by id, name or address, or by a part of one."""

from collections.abc import Iterator
from uuid import UUID

from auditor.findings.findings import Findings
from auditor.judging.judge_all import Verdicts
from auditor.model import Subject
from connectors.columnar.addresses import matched
from connectors.columnar.id_index import id_digests, places_of
from connectors.columnar.page import Page
from connectors.dynamics.wanted import SubjectPattern
from connectors.normalisation.mailbox.owners import Owners
from rules.facts import ExchangeTenant, Fact

KINDS = (
    "mailbox",
    "profile",
    "user",
    "queue",
    "address",
    "email-system",
    "tenant",
    "organization",
)
OF_MAILBOXES = ("mailbox", "user", "queue", "address")
SUGGESTED = 20
"""So many mailboxes and profiles that a text names in part are suggested at most."""


def named_by_id(text: str) -> tuple[SubjectPattern, ...]:
    """What to ask servers for where the text is an id, so that one mailbox costs one mailbox.

    Nothing where it is a name or an address: these are searched for among all. What rests on every
    mailbox is undetermined then.
    """
    kind, wanted = asked(text)
    try:
        id = str(UUID(wanted))
    except ValueError:
        return ()
    narrowed = kind in (None, "mailbox", "user", "queue") and id == wanted
    return (SubjectPattern(kind or "mailbox", id),) if narrowed else ()


def asked(text: str) -> tuple[str | None, str]:
    """The kind that a text names, None where it names none, and the rest as it is compared."""
    kind, separator, rest = text.partition(":")
    if separator and kind.casefold() in KINDS:
        return kind.casefold(), matched(rest.strip())
    return None, matched(text.strip())


def places(page: Page, owners: Owners, wanted: str, in_part: set[str]) -> set[int]:
    """The mailboxes of a page that go by an id, name or address, or whose owner has it.

    Those that only go by it in part are there too, some of them, and noted by their ids.
    """
    found: set[int] = set()
    holding: set[int] = set()
    for name in ("emailaddress", "name", "mailboxid", "regarding"):
        for at, value in enumerate(page.columns[name]):
            if value and wanted in (folded := matched(value)):
                (found if folded == wanted else holding).add(at)
    if "@" in wanted:
        addresses = owners.find(id_digests(page, "regarding")).addresses
        found.update(places_of(wanted, addresses))
    some = sorted(holding - found)[: max(SUGGESTED - len(in_part), 0)] if wanted else []
    in_part.update(page.pick("mailboxid", some))
    return found | set(some)


def others_named(
    verdicts: Verdicts,
    findings: Findings,
    kind: str | None,
    wanted: str,
    *,
    in_part: bool = False,
) -> Iterator[tuple[Subject, tuple[Fact, ...]]]:
    """What is no mailbox and goes by the text, or by a part of it, with its facts."""
    facts, subjects = verdicts.facts, findings.subjects

    def is_meant(of: str, *texts: str) -> bool:
        if kind not in (None, of) or not wanted:
            return False
        folded = [matched(each) for each in texts]
        return any(wanted in each for each in folded) if in_part else wanted in folded

    for id, profile in facts.profiles.items():
        if is_meant("profile", id, profile.name):
            yield subjects.profile(id, profile.name), (profile, verdicts.uses[id])
    for server in facts.mail_servers:
        if is_meant("email-system", server.id, server.host):
            yield Subject("email-system", server.id, server.id), (server,)
    own = facts.organization
    tenant = own.tenant_id if isinstance(own.tenant_id, str) else ""
    if is_meant("tenant", "tenant", tenant) and isinstance(facts.tenant, ExchangeTenant):
        yield Subject("tenant", ""), (facts.tenant,)
    if is_meant("organization", "organization", own.id, own.name):
        yield subjects.organization, (own,)
