"""Which addresses several environments of one run synchronize, known once all of them were read.

Each audit leaves eight bytes of memory for each mailbox; what names the mailboxes is spooled.

Tested in `tests/auditor/fleet/test_settled.py`.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct

from auditor.fleet.discovery import address_of
from auditor.fleet.spooled import Spooled
from auditor.judging.address_index import AddressIndex, AddressIndexes, Met
from auditor.judging.judge_all import TakeAddresses
from auditor.judging.mailbox_group import MailboxGroup
from auditor.judging.shared_addresses import NOT_COMPARED
from connectors.normalisation.facts import Facts
from connectors.transport.closing import Closing
from connectors.transport.reachability import is_loopback_host
from rules.facts import Mailbox
from rules.unknown import Unknown, both
from rules.verdict import Undetermined

ADDRESS = "address-in-several-environments"


def _synchronizes(mailbox: Mailbox, facts: Facts) -> bool | Unknown:
    return mailbox.synchronizing


def _synchronizes_appointments(mailbox: Mailbox, facts: Facts) -> bool | Unknown:
    return both(mailbox.synchronizing, mailbox.synchronizes_appointments)


def _synchronizes_in_production(mailbox: Mailbox, facts: Facts) -> bool | Unknown:
    production = facts.organization.is_production
    return both(mailbox.synchronizing, NOT_COMPARED if production is None else production)


RULES: Mapping[str, Callable[[Mailbox, Facts], bool | Unknown]] = {
    ADDRESS: _synchronizes,
    "another-organization-synchronizes": _synchronizes_appointments,
    "sandbox-shares-address-with-production": _synchronizes_in_production,
}
"""The rules that ask what other environments do, and what a mailbox there must do to fail one."""

MOST_NAMED = 3
"""So many mailboxes of other environments are named in a finding; the rest is counted."""
MOST_SHARING = 50
"""So many sets of environments that share addresses are told; those with most addresses first."""


class _Use(Struct, frozen=True):
    """What the mailboxes of one group do, by rule, and which rules the comparison settles."""

    does: Mapping[str, bool | Unknown]
    open_rules: tuple[str, ...]


class Compared(Struct, frozen=True, kw_only=True):
    """One environment of which the mailboxes were read, in whole or in part.

    `location` is where it is, and `is_local` whether that is this computer. `open_subjects` counts
    by rule the mailboxes that the comparison settles.
    """

    location: str
    is_local: bool
    organization_id: str
    is_whole: bool
    uses: Mapping[int, _Use]
    open_subjects: Mapping[str, int]


class Other(Struct, frozen=True, array_like=True):
    """A mailbox of another environment that has the address."""

    environment: str
    mailbox: str
    address: str
    read_at: str


Word: TypeAlias = Literal["fail", "undetermined"]


class Match(Struct, frozen=True, array_like=True):
    """What a rule says of one mailbox whose address another environment has too.

    `environments` counts the others; the first of them are named.
    """

    rule: str
    verdict: Word
    mailbox: str
    name: str
    address: str
    read_at: str
    environments: int
    others: tuple[Other, ...]


class Settlement(Struct, frozen=True, kw_only=True):
    """What the comparison settles of one environment.

    `matches` come by rule and by the ids of the mailboxes. `open_subjects` as in `Compared`.
    `not_compared` are environments of which it is not known which addresses they synchronize.
    """

    open_subjects: Mapping[str, int]
    matches: Mapping[str, Sequence[Match]]
    not_compared: tuple[str, ...]


class Sharing(Struct, frozen=True):
    """Environments that synchronize the same addresses, and how many."""

    environments: tuple[str, ...]
    addresses: int


class Comparison(Closing):
    """Takes the addresses of audits as they end, from several threads, and compares them once."""

    def __init__(self, environments: Collection[str]) -> None:
        self._names = tuple(sorted(environments))
        self._indexes = AddressIndexes()
        self._matches = Spooled(Match)
        self._compared: dict[str, Compared] = {}
        self._lock = threading.Lock()
        self._found: dict[str, list[Callable[[], Iterator[Match]]]] = {}
        self._same_as: dict[str, frozenset[str]] = {}
        self.sharing: tuple[Sharing, ...] = ()

    def close(self) -> None:
        """Give the files back."""
        self._indexes.close()
        self._matches.close()

    def taking(self, environment: str, url: str) -> TakeAddresses:
        """What takes the addresses of one environment while it is audited."""

        def take(facts: Facts, groups: Sequence[MailboxGroup], addresses: AddressIndex) -> None:
            uses = {
                group.number: _use(facts, group)
                for group in groups
                if group.configuration.mailbox.synchronizing is not False
            }
            counts: Counter[str] = Counter()
            for group in groups:
                for rule in uses[group.number].open_rules if group.number in uses else ():
                    counts[rule] += group.count
            self._indexes.add(environment, addresses, list(uses))
            with self._lock:
                self._compared[environment] = Compared(
                    location=address_of(url),
                    is_local=is_loopback_host(urlsplit(url).hostname or ""),
                    organization_id=facts.organization.id.casefold(),
                    is_whole=facts.stream.state.whole,
                    uses=uses,
                    open_subjects={rule: count for rule, count in counts.items() if count},
                )

        return take

    @property
    def not_read(self) -> tuple[str, ...]:
        """Environments of which not every mailbox was read."""
        return tuple(
            name
            for name in self._names
            if name not in self._compared or not self._compared[name].is_whole
        )

    def compare(self) -> None:
        """Looks for the addresses of several environments, once every audit has ended."""
        sharing: Counter[tuple[str, ...]] = Counter()
        waiting: dict[str, list[Match]] = {}
        for mailboxes in self._indexes.shared():
            shared_by, found = self._judged(mailboxes)
            if shared_by:
                sharing[shared_by] += 1
            for environment, match in found:
                waiting.setdefault(environment, []).append(match)
            if sum(map(len, waiting.values())) >= 1000:
                self._spool(waiting)
        self._spool(waiting)
        most = sorted(sharing.items(), key=lambda each: (-each[1], each[0]))
        self.sharing = tuple(Sharing(*each) for each in most[:MOST_SHARING])

    def _spool(self, waiting: dict[str, list[Match]]) -> None:
        for environment, matches in waiting.items():
            self._found.setdefault(environment, []).append(self._matches.keep(matches))
        waiting.clear()

    def settlement(self, environment: str) -> Settlement | None:
        """What is settled of an environment; None: nothing of it was left open."""
        own = self._compared.get(environment)
        if own is None or not own.open_subjects:
            return None
        matches: dict[str, list[Match]] = {}
        for part in self._found.get(environment, ()):
            for match in part():
                matches.setdefault(match.rule, []).append(match)
        unsure = {
            *self.not_read,
            *(name for name, its in self._compared.items() if _may_be_the_same(own, its)),
        }
        return Settlement(
            open_subjects=own.open_subjects,
            matches={
                rule: sorted(found, key=lambda match: match.mailbox)
                for rule, found in matches.items()
            },
            not_compared=tuple(sorted(unsure - {environment})),
        )

    def _judged(self, mailboxes: list[Met]) -> tuple[tuple[str, ...], list[tuple[str, Match]]]:
        """The environments that synchronize one address, and what each rule says of its mailboxes.

        Which mailboxes do what is looked at once for all, so that many may share an address.
        """
        found: list[tuple[str, Match]] = []
        shared_by: tuple[str, ...] = ()
        for rule in RULES:
            doing: dict[bool, dict[str, Met]] = {True: {}, False: {}}
            for each in mailboxes:
                does = self._use_of(each).does[rule]
                if does is not False:
                    doing[does is True].setdefault(each.environment, each)
            if rule == ADDRESS:
                shared_by = self._different(doing[True])
            for each in mailboxes:
                if rule not in self._use_of(each).open_rules:
                    continue
                match = self._match(rule, each, doing[True], "fail")
                match = match or self._match(rule, each, doing[False], "undetermined")
                if match is not None:
                    found.append((each.environment, match))
        return shared_by, found

    def _use_of(self, met: Met) -> _Use:
        return self._compared[met.environment].uses[met.holder.group]

    def _match(self, rule: str, own: Met, doing: Mapping[str, Met], word: Word) -> Match | None:
        same = self._same(own.environment)
        count = len(doing) - sum(each in doing for each in same)
        if not count:
            return None
        others = (each for each in doing.values() if each.environment not in same)
        named = [each for each, _ in zip(others, range(MOST_NAMED), strict=False)]
        return Match(
            rule=rule,
            verdict=word,
            mailbox=own.holder.mailboxid,
            name=own.holder.name or "",
            address=own.holder.address,
            read_at=own.holder.read_at,
            environments=count,
            others=tuple(
                Other(
                    each.environment,
                    each.holder.mailboxid,
                    each.holder.address,
                    each.holder.read_at,
                )
                for each in named
            ),
        )

    def _different(self, doing: Mapping[str, Met]) -> tuple[str, ...]:
        """The environments, where there is more than one organisation among them."""
        names = tuple(sorted(doing))
        return names if names and not set(names) <= self._same(names[0]) else ()

    def _same(self, environment: str) -> frozenset[str]:
        """The environments that are, or may be, the same organisation; itself among them."""
        if environment not in self._same_as:
            own = self._compared[environment]
            self._same_as[environment] = frozenset(
                each
                for each, its in self._compared.items()
                if own.location == its.location or _may_be_the_same(own, its)
            )
        return self._same_as[environment]


def _may_be_the_same(one: Compared, other: Compared) -> bool:
    """One organisation may have several addresses where Dynamics 365 is on premises.

    Not on this computer: its ports lead to servers of their own.
    """
    return (
        one.organization_id == other.organization_id != ""
        and one.location != other.location
        and not (one.is_local and other.is_local)
    )


def _use(facts: Facts, group: MailboxGroup) -> _Use:
    mailbox = group.configuration.mailbox
    return _Use(
        does={rule: does(mailbox, facts) for rule, does in RULES.items()},
        open_rules=tuple(
            rule
            for rule in RULES
            if isinstance(verdict := group.verdicts.get(rule), Undetermined)
            and verdict.cause == NOT_COMPARED.cause
        ),
    )
