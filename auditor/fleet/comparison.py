"""Which addresses several environments of one run synchronize, known once all of them were read.

Each audit leaves eight bytes of memory for each mailbox; what names the mailboxes is spooled.

From the tables of several environments: `tests/auditor/fleet/test_settled.py`.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.fleet import accounts, applications
from auditor.fleet.accounts import Accounts, SharedAccount
from auditor.fleet.applications import Applications, SharedApplication
from auditor.fleet.compared_environments import ADDRESS, RULES, Compared, Use, compared_of
from auditor.fleet.spooled import Spooled
from auditor.judging.address_index import AddressIndex, AddressIndexes, HeldPage, Met
from auditor.judging.judge_all import TakeAddresses
from auditor.judging.mailbox_group import MailboxGroup
from connectors.normalisation.facts import Facts
from connectors.transport.closing import Closing

MOST_NAMED = 3
"""So many mailboxes of other environments are named in a finding; the rest is counted."""
MOST_SHARING = 50
"""So many sets of environments that share addresses are told; those with most addresses first."""


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
        self.applications: tuple[SharedApplication, ...] = ()
        self.accounts: tuple[SharedAccount, ...] = ()

    def close(self) -> None:
        """Give the files back."""
        self._indexes.close()
        self._matches.close()

    def taking(self, environment: str, url: str) -> TakeAddresses:
        """What takes the addresses of one environment while it is audited."""

        def take(facts: Facts, groups: Sequence[MailboxGroup], addresses: AddressIndex) -> None:
            compared = compared_of(facts, groups, url)
            self.add(environment, compared, addresses.of_groups(compared.uses))

        return take

    def add(self, environment: str, compared: Compared, pages: Iterable[HeldPage]) -> None:
        """Takes one environment, with the pages of the mailboxes that are compared."""
        self._indexes.add(environment, pages)
        with self._lock:
            self._compared[environment] = compared

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
        self.applications = applications.shared_applications(
            self.applications_by_environment, self._same
        )
        self.accounts = accounts.shared_accounts(self._accounts, self._same)

    @property
    def applications_by_environment(self) -> dict[str, Applications]:
        """The applications that the profiles of each environment sign in as."""
        return {name: each.applications for name, each in self._compared.items()}

    def notes(self, environment: str) -> tuple[str, ...]:
        """What the report of an environment says of what it has in common with others."""
        return (*self._notes_on_applications(environment), *self._notes_on_accounts(environment))

    def _notes_on_applications(self, environment: str) -> tuple[str, ...]:
        if not self.applications:
            return ()
        found = self.applications_by_environment
        not_known = [name for name in self._names if name not in found or not found[name].is_whole]
        return applications.notes_on(
            environment, found, self.applications, self._same(environment), not_known
        )

    def _notes_on_accounts(self, environment: str) -> tuple[str, ...]:
        if not self.accounts:
            return ()
        found = self._accounts
        not_known = [name for name in self._names if name not in found or not found[name].is_whole]
        return accounts.notes_on(environment, found, self._same(environment), not_known)

    @property
    def _accounts(self) -> dict[str, Accounts]:
        return {name: each.accounts for name, each in self._compared.items()}

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

    def _use_of(self, met: Met) -> Use:
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
            own = self._compared.get(environment)
            if own is None:
                return frozenset((environment,))
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
