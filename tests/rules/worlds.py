"""Worlds of facts to judge, and a walk through everything that one rule can see of them.

A world maps each fact type that a rule may ask for to a fact. The walk notes which fields a rule
reads, then changes one of them at a time to every value that its annotation allows, so that it
meets the branches of the rule by itself. Fields that a rule did not read cannot have swayed it.
"""

import datetime
import random
import types
import typing
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from rules.alert_causes import AlertCause
from rules.dates import Dates
from rules.edition import EDITIONS, Edition, load
from rules.email_systems import Product, Protocol
from rules.facts import (
    AddressUse,
    Alerts,
    Certificate,
    Declared,
    EmailExtensions,
    Emails,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Fact,
    Mailbox,
    MailServer,
    Organization,
    ProfileUse,
)
from rules.judge import Judge
from rules.option_sets import (
    ActMethod,
    AuthenticationProtocol,
    CredentialRetrieval,
    ServerType,
)
from rules.rule import Rule, catalogue, is_listing, thresholds_of
from rules.thresholds import Thresholds
from rules.unknown import Unknown
from rules.verdict import Verdict
from tests.rules import facts as healthy
from tests.rules.facts import MISSING

World = dict[Any, Any]
Path = tuple[Any, ...]
"""A fact type, then field names and, in a listing, positions."""

THRESHOLDS = Thresholds(thresholds_of(catalogue()))

DAYS = tuple(
    datetime.date.fromisoformat(day)
    for day in ("2005-01-01", "2022-08-01", "2026-06-01", "2026-11-23", "2027-05-01", "2040-01-01")
)

WORDS: dict[str, tuple[Any, ...]] = {
    "client_policy": ("EnforceAllowList", "EnforceBlockList"),
    "missing_graph_permissions": ((), ("Mail.Send",)),
    "refused_time_zone": ("Turkey Standard Time",),
    "tls_version": ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"),
    "dormant_kind": ("disabled user", "private queue without address"),
    "default_profile_id": ("p-1", "p-2", "gone"),
    "tenant_id": (healthy.OWN_TENANT, healthy.OTHER_TENANT),
    "mail_tenant_id": (healthy.OWN_TENANT, healthy.OTHER_TENANT),
    "tenant_of_domain": (healthy.OWN_TENANT, healthy.OTHER_TENANT),
    "host": ("outlook.office365.com", "mail.contoso.com"),
    "server_asked": ("mail.contoso.com", "other.contoso.com"),
    "location": ("https://mail.contoso.com/EWS/Exchange.asmx", "mail.contoso.com"),
    "authentication_schemes": ((), ("basic",), ("ntlm", "bearer")),
    "fips_compliant_mail_servers": (
        (),
        ("mail.contoso.com",),
        ("pop.gmail.com", "smtp.gmail.com", "outlook.office365.com"),
    ),
    "version": ((7, 0), (8, 0, 0, 0), (8, 1, 0, 0), (8, 2, 2, 112), (9, 1, 18, 22), (9, 2, 1, 1)),
    "build": (
        (14, 2, 247, 5),
        (14, 3, 123, 4),
        (15, 0, 847, 31),
        (15, 0, 847, 32),
        (15, 1, 2507, 6),
    ),
    "counted_all": (True,),
    "causes": ((), ((AlertCause.MAILBOX_FULL, 2),)),
    "id": (),
    "name": (),
    "issuer": (),
    "expires_at": (),
}
"""Values of fields whose type does not name them."""

FIXED = {"direction", "origins", "sole_direction", "alone"}
SIDES = ("incoming", "outgoing")


def certificates() -> list[Certificate]:
    return [healthy.certificate(), healthy.certificate(trusted_publicly=False)]


@cache
def profiles() -> tuple[EmailServerProfile, ...]:
    """Each kind of profile, none two alike in what the support documents say of them.

    Who puts one into a world takes a copy of its own: places of a world are told by their objects.
    """
    return (
        healthy.profile(),
        healthy.exchange_server_profile(),
        healthy.pop3_profile(),
        healthy.profile(
            id="p-4",
            mail_tenant_id=healthy.OTHER_TENANT,
            same_tenant=False,
            both={"credential_retrieval": CredentialRetrieval.ENTRA_OAUTH},
        ),
        healthy.exchange_server_profile(
            id="p-5",
            server_type=ServerType.EXCHANGE_SERVER,
            both={
                "product": Product.EXCHANGE_2013,
                "build": (15, 0, 847, 31),
                "credential_retrieval": CredentialRetrieval.USER_OR_QUEUE,
                "impersonates": False,
            },
        ),
        healthy.pop3_profile(
            Product.OUTLOOK_COM,
            id="p-6",
            both={
                "credential_retrieval": CredentialRetrieval.PROFILE,
                "authentication": AuthenticationProtocol.BASIC,
            },
        ),
        healthy.profile(
            id="p-7",
            both={
                "credential_retrieval": CredentialRetrieval.PROFILE,
                "authentication": AuthenticationProtocol.BASIC,
                "impersonates": True,
            },
            account_demands_multi_factor=True,
        ),
        healthy.pop3_profile(
            Product.EXCHANGE_ONLINE,
            id="p-8",
            both={
                "credential_retrieval": CredentialRetrieval.PROFILE,
                "authentication": AuthenticationProtocol.BASIC,
            },
        ),
    )


F = TypeVar("F", bound=Fact)


def own(fact: F) -> F:
    """A copy of a fact and of the facts in it."""
    parts = {name: getattr(fact, name) for name in _holding(type(fact))}
    return replace(
        fact, **{name: own(part) for name, part in parts.items() if isinstance(part, Fact)}
    )


def every_mailbox(profile: int) -> Every[Any]:
    """Two persons' mailboxes with profiles of their own, one of a queue, and a forward mailbox."""
    return every(
        healthy.mailbox(profile=own(profiles()[profile])),
        healthy.mailbox(profile=replace(own(profiles()[profile]), id="p-9")),
        healthy.mailbox(owner=healthy.queue(), profile=None),
        healthy.mailbox(
            owner=healthy.forward_owner(),
            is_forward_mailbox=True,
            act_method=ActMethod.NONE,
            profile=None,
        ),
    )


@cache
def worlds() -> tuple[World, ...]:
    """Healthy worlds to begin with: both deployments, each kind of profile and of owner."""
    found = []
    for organization in (healthy.organization, healthy.on_premises):
        for number in range(len(profiles())):
            found.append(world(organization(), number, healthy.mailbox()))
    for organization in (healthy.organization, healthy.on_premises):
        found.append(world(organization(), 0, healthy.mailbox(owner=healthy.queue())))
        forward = healthy.mailbox(owner=healthy.forward_owner(), is_forward_mailbox=True)
        found.append(world(organization(), 1, forward))
    found.append(
        {**found[0], Every[Mailbox]: every(), Every[MailServer]: every()}
        | {Every[EmailServerProfile]: every()}
    )
    return tuple(found)


def every(*found: Fact) -> Every[Any]:
    """A whole listing in which the first record stands for most."""
    return Every(counted=tuple((each, 1 if at else 40) for at, each in enumerate(found)))


def world(organization: Organization, profile: int, mailbox: Mailbox) -> World:
    """Facts of one organisation whose subjects use the profile of that number."""
    return {
        Organization: organization,
        Declared: healthy.declared(),
        ExchangeTenant: healthy.tenant(),
        EmailServerProfile: own(profiles()[profile]),
        ProfileUse: healthy.use(),
        Mailbox: replace(mailbox, profile=own(profiles()[profile])),
        AddressUse: healthy.address_use(),
        MailServer: healthy.mail_server(),
        Alerts: healthy.alerts(),
        Emails: healthy.emails(),
        EmailExtensions: healthy.extensions(),
        Every[Mailbox]: every_mailbox(profile),
        Every[EmailServerProfile]: every(own(profiles()[profile])),
        Every[MailServer]: every(healthy.mail_server(protocol=Protocol.EWS)),
        Dates: Dates(as_of=DAYS[3]),
        Edition: load("online"),
    }


def starts(rule: Rule) -> tuple[World, ...]:
    """The worlds to begin with, in each edition and on each day that may matter to the rule."""
    return _starts(rule.id)


@cache
def _starts(rule_id: str) -> tuple[World, ...]:
    rule = _rule(rule_id)
    needs = [need for _, need in rule.needs]
    editions = [
        load(id)
        for id in EDITIONS
        if any(each in load(id) for each in rule.statements) or id == "online"
    ]
    days = DAYS if Dates in needs else DAYS[3:4]
    return tuple(
        {**each, Edition: edition, Dates: Dates(as_of=day)}
        for each in worlds()
        for edition in (editions if rule.statements else editions[:1])
        for day in days
    )


def judge(rule: Rule, given: World) -> Verdict:
    """The verdict of the rule in this world."""
    own = {Mailbox, AddressUse, EmailServerProfile, ProfileUse, MailServer}
    shared = {need: fact for need, fact in given.items() if need not in own and need is not Edition}
    asked = _judge_of(rule.id, given[Edition].id)
    asked.shared = {**shared, Thresholds: THRESHOLDS, Edition: given[Edition]}
    return asked.judge(rule, {need: given[need] for need in own})


@cache
def _judge_of(rule_id: str, edition_id: str) -> Judge:
    return Judge([_rule(rule_id)], load(edition_id), {})


def _rule(rule_id: str) -> Rule:
    (rule,) = (each for each in catalogue() if each.id == rule_id)
    return rule


class Seen(msgspec.Struct, frozen=True):
    """A world, the rule's verdict in it, and the fields that the verdict may rest on."""

    world: World
    verdict: Verdict
    read: tuple[Path, ...]


@contextmanager
def _tracing(noted: list[tuple[int, str]]) -> Iterator[None]:
    used_for = EmailServerProfile.used_for
    wholes: dict[int, tuple[int, EmailServerProfile]] = {}

    def note(self: Fact, name: str) -> Any:
        whole, _ = wholes.get(id(self), (id(self), None))
        noted.append((whole, name))
        return object.__getattribute__(self, name)

    def one_direction(self: EmailServerProfile, direction: Any) -> EmailServerProfile:
        """What is read of a profile in one direction is read of the profile."""
        alone = used_for(self, direction)
        whole, _ = wholes.get(id(self), (id(self), None))
        wholes.setdefault(id(alone), (whole, alone))
        return alone

    Fact.__getattribute__ = note  # type: ignore[method-assign]
    EmailServerProfile.used_for = one_direction  # type: ignore[method-assign]
    try:
        yield
    finally:
        del Fact.__getattribute__
        EmailServerProfile.used_for = used_for  # type: ignore[method-assign]


def look(rule: Rule, given: World) -> Seen:
    """Judges, and notes every field that was read on the way."""
    noted: list[tuple[int, str]] = []
    with _tracing(noted):
        verdict = judge(rule, given)
    places = _places(rule, given)
    read: dict[Path, None] = {}
    for number, name in noted:
        path, fields = places.get(number, ((), ()))
        if name in fields:
            read[(*path, name)] = None
    return Seen(world=given, verdict=verdict, read=tuple(read))


def _places(rule: Rule, given: World) -> dict[int, tuple[Path, Iterable[str]]]:
    """Where each fact object of the world stands, by its identity, and the names of its fields."""
    subject = {"mailbox": [Mailbox, AddressUse], "profile": [EmailServerProfile, ProfileUse]}
    needs = [need for _, need in rule.needs] + subject.get(rule.subject, [])
    found: dict[int, tuple[Path, Iterable[str]]] = {}

    def walk(fact: Any, path: Path) -> None:
        if isinstance(fact, Every):
            for at, (each, _) in enumerate(fact.counted):
                walk(each, (*path, at))
        elif isinstance(fact, Fact):
            found.setdefault(id(fact), (path, _fields(type(fact))))
            for name in _holding(type(fact)):
                walk(getattr(fact, name), (*path, name))

    for need in needs:
        walk(given.get(need), (need,))
    return found


def _kind_at(given: World, path: Path) -> type[Fact] | None:
    found = value_at(given, path)
    return type(found) if isinstance(found, Fact) else None


@cache
def _fields(kind: type[Fact]) -> dict[str, tuple[Any, ...]]:
    """The types that each field may take."""
    hints = typing.get_type_hints(kind)
    return {
        name: typing.get_args(hints[name])
        if isinstance(hints[name], types.UnionType)
        or typing.get_origin(hints[name]) is typing.Union
        else (hints[name],)
        for name in kind.__struct_fields__
        if name not in FIXED
    }


@cache
def _holding(kind: type[Fact]) -> tuple[str, ...]:
    """The fields that may hold a fact or a listing of facts."""
    return tuple(name for name, kinds in _fields(kind).items() if any(map(_is_fact, kinds)))


def _is_fact(kind: Any) -> bool:
    kind = typing.get_origin(kind) or kind
    return isinstance(kind, type) and issubclass(kind, Fact | Every)


def value_at(given: World, path: Path) -> Any:
    """What stands at a path."""
    found = given[path[0]]
    for step in path[1:]:
        found = found.counted[step][0] if isinstance(step, int) else getattr(found, step)
    return found


def changed(given: World, path: Path, value: Any) -> World:
    """The world with another value at a path; a fact is put there as a copy."""
    new = own(value) if isinstance(value, Fact) else value
    return {**given, path[0]: _changed(given[path[0]], path[1:], new)}


def _changed(fact: Any, steps: Path, value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        counted = list(fact.counted)
        counted[step] = (_changed(counted[step][0], rest, value), counted[step][1])
        return Every(counted=tuple(counted))
    return replace(fact, **{step: _changed(getattr(fact, step), rest, value)})


def may_be_unknown(given: World, path: Path) -> bool:
    """Whether the annotation of the field at the path allows an Unknown."""
    kind = _kind_at(given, path[:-1])
    return kind is not None and Unknown in _fields(kind)[path[-1]]


def hidden(given: World, path: Path) -> World:
    """The world with an Unknown at a path."""
    return changed(given, path, MISSING)


def domain(rule: Rule, given: World, path: Path) -> list[Any]:
    """Every value of the field at the path: all of a small type, both sides of each limit."""
    kind = _kind_at(given, path[:-1])
    assert kind is not None
    found: list[Any] = []
    for each in _fields(kind)[path[-1]]:
        found += _values(rule, each, path[-1])
    return found


def _values(rule: Rule, kind: Any, name: str) -> list[Any]:
    if kind is Unknown or kind is types.NoneType:
        return [None] if kind is types.NoneType else []
    if kind is bool:
        return [True, False]
    if kind is int:
        return _numbers(rule)
    if kind is EmailServerProfile:
        return list(profiles())
    if kind is Certificate:
        return list(certificates())
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    if isinstance(kind, type) and issubclass(kind, Fact):
        return []
    return list(WORDS[name])


def _numbers(rule: Rule) -> list[int]:
    limits = {each.default for each in rule.thresholds}
    limits |= {each // 60 for each in limits}
    around = {number + step for number in limits for step in (-1, 0, 1)}
    return sorted({0, 1, 2, 60, 61, 10**8} | {each for each in around if each >= 0})


def explore(rule: Rule, limit: int) -> Iterator[Seen]:
    """Worlds that the rule distinguishes, the healthy ones first, at most so many.

    The same ones each time.
    """
    chance = random.Random(rule.id)
    waiting: list[tuple[World, tuple[Path, ...], Any]] = []
    beginnings = deque(starts(rule))
    met: set[Any] = set()
    while (beginnings or waiting) and len(met) < limit:
        if beginnings:
            given, places, value = beginnings.popleft(), (), None
        else:
            # The oldest and any other in turn: near the beginnings, yet not only the first ones.
            at = 0 if len(met) % 2 else chance.randrange(len(waiting))
            waiting[at], waiting[-1] = waiting[-1], waiting[at]
            given, places, value = waiting.pop()
        for place in places:
            given = changed(given, place, value)
        seen = look(rule, given)
        mark = _mark(seen)
        if mark in met:
            continue
        met.add(mark)
        yield seen
        for place in seen.read:
            now = value_at(seen.world, place)
            for each in domain(rule, seen.world, place):
                if isinstance(each, Fact) or each != now or type(each) is not type(now):
                    waiting.append((seen.world, (place,), each))
                    if place[-2] in SIDES:
                        both = tuple((*place[:-2], side, place[-1]) for side in SIDES)
                        waiting.append((seen.world, both, each))


def _mark(seen: Seen) -> Any:
    """What the rule saw: two worlds of one mark take the same way through it."""
    values = tuple(
        (path, _plain(value_at(seen.world, path))) for path in sorted(seen.read, key=repr)
    )
    return seen.world[Edition].id, seen.world[Dates].as_of, values


def _plain(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, Fact | Unknown) else value


def optional_needs(rule: Rule) -> list[Any]:
    """Facts that may be missing as a whole: all but the subject's own."""
    own = (Mailbox, EmailServerProfile, MailServer, ProfileUse, Thresholds, Dates, Edition)
    return [need for _, need in rule.needs[1:] if need not in own or is_listing(need)]
