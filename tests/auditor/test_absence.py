"""Absence is proven or not concluded: by the whole of a source, or an answer that denies it.

Over organisations made by chance, each source in turn is refused, cut short or left out. A fact
that is still known must then be what it was, so that none says "not there" for want of what was
not read. docs/absence.md lists which source proves what; it is held against what is found here.
"""

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.reading import read
from connectors.columnar.page import Page
from connectors.dns.rows import MailDomainRow, TenantRow
from connectors.dynamics.tables.activityparties import PartyRow
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.graph.application_permissions import ApplicationPermissionRow
from connectors.graph.organization import OrganizationRow as MailTenantRow
from connectors.normalisation.facts import MAILBOXES, normalise
from connectors.normalisation.optional import optional_facts
from connectors.normalisation.profile.own_applications import NEEDED
from connectors.sources.catalogue import readers
from connectors.sources.source import SourceState, not_configured
from rules.email_systems import Place
from rules.facts import Fact
from rules.unknown import Unknown
from tests.auditor.random_organisations import CLIENT, IN_ORDER, OTHER_TENANT, Made, made
from tests.auditor.recorded import READ_AT, Told
from tests.auditor.rows import TENANT

Path_ = tuple[str, ...]
Known = dict[Path_, Any]
"""The value of each field of each fact: its kind, whose it is, then names of fields."""

SEEDS = range(6)
SECTIONS = {reader.source: reader.section for reader in readers()}


def flat(fact: Fact, path: Path_) -> Iterator[tuple[Path_, Any]]:
    """The fields of a fact and of those within it; of a mailbox's profile its id alone."""
    for name in type(fact).__struct_fields__:
        value = getattr(fact, name)
        if name == "profile" and isinstance(value, Fact):
            value = value.id  # type: ignore[attr-defined]
        if isinstance(value, Fact):
            yield from flat(value, (*path, name))
        elif name not in ("origins", "alone"):
            yield (*path, name), value


def facts(organisation: Made) -> Known:
    """Everything that is known of an organisation before it is judged."""
    asked, outside = organisation.request, organisation.outside
    found = normalise(
        read(outside), asked.declarations, asked.thresholds.limits_of, asked.started_at
    )
    known: Known = {}
    known.update(flat(found.organization, ("organization", "")))
    known.update(flat(found.tenant, ("tenant", "")))
    for id, profile in found.profiles.items():
        known.update(flat(profile, ("profile", id)))
        for side, alone in profile.alone.items():
            known.update(flat(alone, ("profile", f"{id}, {side} alone")))
    for server in found.mail_servers:
        known.update(flat(server, ("server", server.id)))
    for kind, fact in optional_facts(found.readings, asked.thresholds.__getitem__).items():
        assert isinstance(fact, Fact)
        known.update(flat(fact, (kind.__name__.lower(), "")))
    rows = outside.told[MAILBOXES].rows
    numbers = found.mailboxes.intern(Page(rows=rows, read_at=READ_AT, digest="")).numbers
    for row, number in zip(rows, numbers, strict=True):
        mailbox = found.mailboxes.configurations[number].mailbox
        known.update(flat(mailbox, ("mailbox", row.mailboxid)))
    return known


DOMAINS = ("contoso.example", "gmail.example", "elsewhere.example")


def more(chance: random.Random, found: Made) -> dict[str, list[Any]]:
    """Sources that organisations made by chance do not have."""
    takers = ("contoso.mail.protection.outlook.com", "mx.elsewhere.example")
    emails = found.outside.told["dynamics.emails"].rows
    switched_on = not len(emails) % 2
    return {
        "dns.mail-domains": [
            MailDomainRow(domain=each, addresses=1, resolution="found", exchangers=(taker,))
            for each in DOMAINS
            if (taker := chance.choice(takers))
        ],
        "dns.tenants": [TenantRow(domain=DOMAINS[0], tenant_id=chance.choice((TENANT, None)))],
        "dynamics.activityparties": [
            PartyRow(activitypartyid=each.activityid, email=each.activityid)
            for each in emails
            if chance.random() < 0.3
        ],
        "exchange_online.accepted-domains": [AcceptedDomainRow(DOMAINS[0], "Authoritative")],
        "graph.application-permissions": [
            ApplicationPermissionRow(CLIENT, "principal-1", each, switched_on)
            for each in (NEEDED if chance.random() < 0.5 else NEEDED[:3])
        ],
        "graph.organization": [
            MailTenantRow(chance.choice((TENANT, OTHER_TENANT)), [{"name": DOMAINS[0]}])
        ],
    }


@cache
def organisation(seed: int) -> tuple[Made, Known]:
    made_by_chance = made(seed)
    outside = made_by_chance.outside
    for source, rows in more(random.Random(seed), made_by_chance).items():
        outside = outside.but(source, Told(rows, SourceState(source, "read", len(rows))))
    found = Made(outside, made_by_chance.request)
    return found, facts(found)


def whole(found: Made) -> list[str]:
    return sorted(name for name, each in found.outside.told.items() if each.state.whole)


def refused(source: str) -> Told:
    return Told([], SourceState(source, "failed", code="forbidden", reason="No.", remedy="Ask."))


def cut_short(told: Told, source: str, chance: random.Random) -> Told:
    """Some of the rows: of those that are asked for in an order, the first."""
    rows = (
        told.rows[: chance.randint(0, len(told.rows))]
        if source in IN_ORDER
        else [row for row in told.rows if chance.random() < 0.5]
    )
    return Told(rows, replace(told.state, status="partial", records=len(rows), reason="Cut."))


def without(found: Made, source: str, told: Told) -> Known:
    return facts(Made(found.outside.but(source, told), found.request))


def absent(value: Any) -> bool:
    """Whether a fact says no, none, or elsewhere."""
    if type(value) in (bool, int):
        return not value
    return value is None or value == () or value is Place.ELSEWHERE


NAMES = {"name", "id"}
ASKED_TWICE = {
    "authentication_schemes",
    "build",
    "connects",
    "host_found",
    "is_internal",
    "product",
    "resolves_publicly",
    "tls_offered",
}
"""A server is asked as a mail server and as an Exchange Server, and its build may be declared."""
COUNTS = {"sending_or_failed", "sending_or_failed_lately", "causes", "open_errors"}
"""Counts of what was seen, once that is too many: more may be there. A finding says "at least"
where the count rests on a part."""


def wrong(before: Known, after: Known) -> dict[Path_, Any]:
    """What is said without a source and is not so with it.

    Where sources contradict each other one alone is believed: that was open before.
    """
    return {
        path: (before[path], value)
        for path, value in after.items()
        if path in before
        and not isinstance(value, Unknown)
        and not isinstance(before[path], Unknown)
        and path[-1] not in NAMES | COUNTS | ASKED_TWICE
        and value != before[path]
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_source_that_was_not_read_in_full_lets_no_fact_say_otherwise(seed: int) -> None:
    found, before = organisation(seed)
    chance = random.Random(seed)
    said = {}
    for source in whole(found):
        told = [refused(source), cut_short(found.outside.told[source], source, chance)]
        if not source.startswith("dynamics."):
            told.append(Told([], not_configured(source, SECTIONS[source])))
        for each in told:
            said[source, each.state.status] = wrong(before, without(found, source, each))
    assert {key: value for key, value in said.items() if value} == {}


PAGE = Path(__file__).parents[2] / "docs" / "absence.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| Source", "| ---"))
]
LISTED = {source: set(re.findall(r"`([\w.]+)`", told)) for source, _, told in ROWS}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_page_names_what_each_fact_that_says_no_rests_on(seed: int) -> None:
    found, before = organisation(seed)
    unlisted = set()
    for source in whole(found):
        after = without(found, source, refused(source))
        unlisted |= {
            (source, name)
            for path, value in before.items()
            if absent(value) and isinstance(after.get(path), Unknown)
            for name in [".".join((path[0], *path[2:]))]
            if not any(name == each or name.startswith(f"{each}.") for each in LISTED[source])
        }
    assert unlisted == set()


def test_the_page_has_a_proof_for_each_source_that_is_read() -> None:
    assert all(proof for _, proof, _ in ROWS)
    never = {"dynamics.privileges", "graph.conditional-access", "graph.security-defaults"}
    assert {*LISTED} | never >= {reader.source for reader in readers()}


def test_the_page_names_facts_that_there_are() -> None:
    _, known = organisation(0)
    there = {".".join((path[0], *path[2:])) for path in known}
    there |= {"addressuse", "profileuse", "declared"}
    for source, names in LISTED.items():
        for name in names:
            assert name in there or any(each.startswith(f"{name}.") for each in there), source
