"""Accounts that profiles of several environments sign in with, and what of them is told.

One account may serve several organisations, so nothing fails for it. Of a user name no more is held
than its digest, and that in memory: who reads of an account finds it by the profiles named.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from auditor.fleet.telling import MOST_NAMED, what_ends
from connectors.columnar.id_index import digest
from connectors.normalisation.facts import Facts
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from connectors.transport.guard.reachability import (
    is_address,
    is_internal_address,
    is_loopback_host,
)
from rules.counting import named
from rules.facts import Connection, EmailServerProfile
from rules.option_sets import CredentialRetrieval
from rules.unknown import Unknown, both, is_one_of, negated

EXCHANGE_ONLINE = "Exchange Online"
_PROCESS = digest(__name__)
"""Digests of another process are other numbers, this one too, so that nothing can be said of both;
but where processes were started alike all are the same."""
_OF_A_NETWORK = frozenset({"corp", "home", "internal", "intranet", "lan", "local", "private"})
"""Last parts of names that stand for another computer in each network."""


class AccountUse(Struct, frozen=True, array_like=True):
    """An active profile that signs in with an account at a server, as it was read (UTC)."""

    server: str
    digest: int
    column: str
    profile: str
    name: str
    read_at: str

    @property
    def account(self) -> tuple[str, int]:
        """What is the same for one account."""
        return self.server, self.digest


class Accounts(Struct, frozen=True):
    """The accounts of one environment; `is_whole`: no profile may have another one.

    Digests can be compared with those of the same `process`.
    """

    uses: tuple[AccountUse, ...]
    is_whole: bool
    process: int = _PROCESS

    def firsts(self) -> dict[tuple[str, int], AccountUse]:
        """The first profile that uses each account, in the order in which they were read."""
        found: dict[tuple[str, int], AccountUse] = {}
        for use in self.uses:
            found.setdefault(use.account, use)
        return found


NO_ACCOUNTS = Accounts((), is_whole=True)


class SharedAccount(Struct, frozen=True, order=True):
    """An account at a server, with the environments whose profiles sign in with it."""

    server: str
    environments: tuple[str, ...]


def accounts_of(facts: Facts) -> Accounts:
    """The accounts that the profiles of one environment sign in with."""
    reading = facts.readings[PROFILES]
    uses: dict[tuple[str, int, str], AccountUse] = {}
    is_whole = reading.state.whole
    for row, read_at in reading.records:
        profile = facts.profiles[row.emailserverprofileid]
        for connection in (profile.incoming, profile.outgoing):
            column = f"{connection.direction}username"
            signs_in = _signs_in(profile, connection)
            if signs_in is False or getattr(row, column) is None:
                continue
            server, account = _server(profile, connection), row.accounts.get(column)
            if signs_in is not True or server is None or account is None:
                is_whole = False
                continue
            use = AccountUse(server, account, column, profile.id, profile.name, read_at)
            uses.setdefault((*use.account, profile.id), use)
    return Accounts(tuple(uses.values()), is_whole)


def _signs_in(profile: EmailServerProfile, connection: Connection) -> bool | Unknown:
    """Whether a direction signs in with a user name that the profile stores for it."""
    told = is_one_of(connection.credential_retrieval, CredentialRetrieval.PROFILE)
    if connection.direction == "incoming":
        return both(profile.active, told)
    # Where both directions have the same settings, the user name of incoming email is in force.
    return both(profile.active, told, negated(profile.same_settings_for_outgoing))


def _server(profile: EmailServerProfile, connection: Connection) -> str | None:
    """Where the account is one; None: not known, or a name that each network has its own of."""
    if True in (profile.is_exchange_online, connection.reaches_exchange_online):
        return EXCHANGE_ONLINE
    host = connection.host
    if not isinstance(host, str) or is_internal_address(host) or is_loopback_host(host):
        return None
    if not is_address(host) and ("." not in host or host.rpartition(".")[2] in _OF_A_NETWORK):
        return None
    return host


def shared_accounts(
    found: Mapping[str, Accounts], same: Callable[[str], frozenset[str]]
) -> tuple[SharedAccount, ...]:
    """Those of several environments, by server.

    `same` are the environments that are, or may be, the same organisation as one, itself included.
    """
    by_account: dict[tuple[int, str, int], set[str]] = {}
    for environment, accounts in found.items():
        for use in accounts.uses:
            by_account.setdefault((accounts.process, *use.account), set()).add(environment)
    shared = {
        SharedAccount(server, tuple(sorted(names)))
        for (_, server, _), names in by_account.items()
        if not names <= same(min(names))
    }
    return tuple(sorted(shared))


def notes_on(
    environment: str,
    found: Mapping[str, Accounts],
    same: frozenset[str],
    not_known: Iterable[str],
) -> tuple[str, ...]:
    """A sentence for each account that one environment has in common with others.

    `not_known` are environments of which no profiles, or not all, were read.
    """
    own = found.get(environment)
    if own is None:
        return ()
    others = {name: each for name, each in found.items() if name not in same}
    comparable = {name: each for name, each in others.items() if each.process == own.process}
    unread = {*not_known, *(others.keys() - comparable)} - same
    firsts = {name: each.firsts() for name, each in sorted(comparable.items())}
    notes = []
    for account, use in own.firsts().items():
        shown = [
            f'{name} ("{its.name}", {its.column} read {its.read_at})'
            for name, each in firsts.items()
            if (its := each.get(account)) is not None
        ]
        if shown:
            notes.append(
                f'The profile "{use.name}" signs in at {use.server} with the same user name '
                f"({use.column}, read {use.read_at}) as profiles of {named(shown, MOST_NAMED)}. "
                + what_ends("the account", "its password or a right", unread)
            )
    return tuple(notes)
