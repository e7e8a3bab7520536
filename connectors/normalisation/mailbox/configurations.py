"""From mailbox rows to mailbox configurations: each distinct one becomes facts once."""

from collections.abc import Mapping
from copy import copy
from itertools import repeat
from typing import Any

import numpy as np
from msgspec import UNSET, Struct

from connectors.columnar.id_index import Digests, Positions
from connectors.columnar.page import Page
from connectors.columnar.timestamps import NO_DATE, moment
from connectors.dynamics.tables import emailserverprofiles, mailboxes
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.fact_rows import fields
from connectors.normalisation.mailbox.facts import (
    FACTS,
    RELATED,
    Subject,
    of_the_mailbox,
)
from connectors.normalisation.mailbox.keys import (
    DERIVED,
    MISSING,
    NOT_KNOWN,
    OF_KIND,
    SINCE_PROFILE_CHANGE,
    Key,
    Keys,
    LimitsOf,
    relation,
)
from connectors.normalisation.mailbox.mailbox_flags import MailboxFlags
from connectors.normalisation.mailbox.owners import Owners
from connectors.normalisation.mailbox.population import POPULATION, Population
from connectors.normalisation.records import Record
from connectors.sources.readings import Readings
from connectors.sources.source import SourceState
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.facts import EmailServerProfile, Mailbox, Owner, OwnerKind
from rules.option_sets import ActMethod, EmailMethod
from rules.unknown import Unknown, either, is_one_of

SOURCE = mailboxes.TABLE.source
PROFILES = emailserverprofiles.TABLE.source

_CHANGE_NOT_READ = Unknown(
    reason="When the email server profile was last changed was not read.",
    remedy="See why the source dynamics.emailserverprofiles was not read in full.",
)
_NEW = -1


class Configuration(Struct, frozen=True):
    """One distinct mailbox configuration; `number` counts them from 0 as they are met."""

    number: int
    mailbox: Mailbox
    profile_id: str | None


class Interned(Struct, frozen=True):
    """A page of mailboxes: the configuration of each by number, and its address by digest."""

    numbers: Positions
    addresses: Digests


class Mailboxes:
    """Turns pages of mailbox rows into configurations."""

    def __init__(
        self,
        state: SourceState,
        profiles: Mapping[str, EmailServerProfile],
        owners: Owners,
        exchange: ExchangeMailboxes,
        readings: Readings,
        flags: MailboxFlags,
        limits_of: LimitsOf,
    ) -> None:
        self.configurations: list[Configuration] = []
        self._known: dict[Key, int] = {}
        # What many configurations have in common is one object: less memory, and told at a glance.
        self._owners_met: dict[tuple[Any, Any], Owner] = {}
        self._origins_met: dict[tuple[Any, ...], Mapping[str, tuple[Evidence, ...]]] = {}
        self._state = state
        self._profiles = profiles
        self._profiles_state = readings[PROFILES].state
        self._owners = owners
        self._exchange = exchange
        self._readings = readings
        self._flags = flags
        changed = {
            row.emailserverprofileid: moment(row.modifiedon)
            for row, _ in readings[PROFILES].records
            if isinstance(row.modifiedon, str) and moment(row.modifiedon) > NO_DATE
        }
        self._keys = Keys(owners, exchange, flags.by_id, limits_of, changed, flags.may_pass)
        self._limits = self._keys.limits
        self._error_limits = self._keys.error_limits

    def again(self, profiles: Mapping[str, EmailServerProfile]) -> "Mailboxes":
        """The same with other facts of profiles, and no configuration met yet."""
        other = copy(self)
        other._profiles = profiles
        other.configurations, other._known = [], {}
        return other

    def describe(self, state: SourceState) -> None:
        """Tells which columns the pages to come hold: known once the first page is there."""
        self._state = state

    def intern(self, page: Page) -> Interned:
        """The number of each row's configuration, and its address, in the order of the page."""
        keyed = self._keys.of(page)
        keys, count = keyed.keys, len(page.rows)
        numbers = np.fromiter(map(self._known.get, keys, repeat(_NEW)), np.int64, count)
        if (numbers == _NEW).any():
            numbers = np.fromiter(map(self._number, keys), np.int64, count)
        return Interned(numbers, keyed.digests)

    def _number(self, key: Key) -> int:
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.configurations)
            self.configurations.append(self._new(key, number))
        return number

    def _new(self, key: Key, number: int) -> Configuration:
        mailbox, profile = self._mailbox(key)
        return Configuration(
            number=number,
            mailbox=mailbox,
            profile_id=profile if isinstance(profile, str) else None,
        )

    def _mailbox(self, key: Key) -> tuple[Mailbox, Any]:
        kind, of_owner, exchange, *derived = key
        owner_key, matches, default_is_this, assigned = relation(of_owner)
        values = {
            **dict(zip(OF_KIND, self._keys.kinds.values_met[kind], strict=True)),
            **dict(zip(DERIVED, derived, strict=True)),
            "_regardingobjectid_value": owner_key if owner_key in (None, UNSET) else "",
            "_ownerid_value": assigned,
        }
        profile = values["_emailserverprofile_value"]
        record = Record(SOURCE, OF_THE_SUBJECT, "", values, self._state)
        owner = self._owner(record, owner_key, default_is_this)
        subject = Subject(record, owner, matches, self._limits, self._error_limits)
        own = fields(FACTS, subject, of_the_mailbox)
        is_dated = not values[SINCE_PROFILE_CHANGE] & NOT_KNOWN
        population = fields(POPULATION, Population(own, owner), of_the_mailbox)
        origins = (
            RELATED | own["origins"] | population["origins"] | self._flags.origins(values["flags"])
        )
        mailbox = Mailbox(
            owner=owner,
            profile=as_used(self._profile(record, profile), own),
            exchange=self._exchange.fact(exchange),
            synchronized_since_profile_change=_is_since(
                values[SINCE_PROFILE_CHANGE] & 1, own["since_success_s"], is_dated
            ),
            tested_since_profile_change=_is_since(
                values[SINCE_PROFILE_CHANGE] & 2, own["since_test_s"], is_dated
            ),
            **{
                **own,
                **population,
                **self._flags.facts(values["flags"], own["since_success_s"]),
                "origins": self._one_of(origins),
            },
        )
        return mailbox, profile

    def _one_of(
        self, origins: Mapping[str, tuple[Evidence, ...]]
    ) -> Mapping[str, tuple[Evidence, ...]]:
        """The same origins, as one object for all configurations that have them."""
        key = (*origins, *map(id, origins.values()))
        return self._origins_met.setdefault(key, origins)

    def _owner(self, record: Record, key: Any, default_is_this: Any) -> Owner:
        if isinstance(key, int):
            met = self._owners_met.get((key, default_is_this))
            if met is None:
                met = self._owners.fact(key, default_is_this=default_is_this)
                self._owners_met[key, default_is_this] = met
            return met
        names = [name for name in Owner.__struct_fields__ if name not in ("origins", "kind")]
        origins = dict.fromkeys(["kind", *names], RELATED["owner"])
        if key == MISSING:
            missing = self._owners.missing()
            return Owner(kind=missing, **dict.fromkeys(names, missing), origins=origins)
        regarding = record.optional("_regardingobjectid_value", str)
        if isinstance(regarding, Unknown):
            return Owner(kind=regarding, **dict.fromkeys(names, regarding), origins=origins)
        return Owner(kind=OwnerKind.FORWARD, **dict.fromkeys(names), origins=origins)

    def _profile(self, record: Record, id: Any) -> EmailServerProfile | None | Unknown:
        found = record.optional("_emailserverprofile_value", str)
        if found is None or isinstance(found, Unknown):
            return found
        profile = self._profiles.get(found)
        if profile is not None:
            return profile
        if not self._profiles_state.whole:
            return self._profiles_state.unknown()
        return Unknown(
            reason="The email server profile that the mailbox points to does not exist.",
            remedy="Assign an email server profile to the mailbox.",
            evidence=RELATED["profile"],
        )


def _is_since(found: int, age_s: int | None | Unknown, is_dated: bool) -> bool | Unknown:
    """Whether what is so old came after the last change of the profile, which may have no date."""
    if isinstance(age_s, Unknown):
        return age_s
    return bool(found) if is_dated or age_s is None else _CHANGE_NOT_READ


def as_used(
    profile: EmailServerProfile | None | Unknown, methods: Mapping[str, Any]
) -> EmailServerProfile | None | Unknown:
    """The profile with the one direction that a mailbox of these methods uses, where it is one.

    Appointments, contacts and tasks go over the incoming one.
    """
    if not isinstance(profile, EmailServerProfile):
        return profile
    receives = either(
        is_one_of(methods["incoming_method"], EmailMethod.SERVER_SIDE),
        is_one_of(methods["act_method"], ActMethod.SERVER_SIDE),
    )
    sends = is_one_of(methods["outgoing_method"], EmailMethod.SERVER_SIDE)
    if (receives, sends) == (True, False):
        return profile.used_for("incoming")
    return profile.used_for("outgoing") if (receives, sends) == (False, True) else profile
