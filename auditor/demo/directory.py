"""The accounts of the simulated tenant and their mailboxes, made from the organisation's own.

Every mailbox record with an address has an account, unless it is of another tenant. Deviations
stand in the organisation's `directory`, by address.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

from auditor.demo.organisation import Organisation
from auditor.demo.population import REGARDING_KIND
from auditor.demo.rows import Row, numbered_id
from auditor.demo.schema import Value

_ACCOUNTS = 7700
_NAMED_AT_MOST = 2000
_MAIL_SERVERS = (1, 4)
_CLOUD = "outlook.office365.com"
MOST_LOOKED_AT = 25_000
"""Records that one page of accounts is looked for in: about half a second."""


class Person(msgspec.Struct, kw_only=True):
    """One account. `lives`: online, server (an Exchange Server), or nowhere."""

    id: str
    address: str
    lives: str
    purpose: str
    enabled: bool = True
    licensed: bool = True
    alias_of: str | None = None
    forwards_to: str | None = None
    keeps_copy: bool = True
    ews_enabled: bool | None = True
    rule_moves_email: bool = False

    @property
    def primary(self) -> str:
        """The primary address."""
        return self.alias_of or self.address

    @property
    def proxies(self) -> list[str]:
        """Every address; `SMTP:` in capitals marks the primary one."""
        aliases = [f"smtp:{self.address}"] if self.alias_of else []
        return [f"SMTP:{self.primary}", *aliases]


class Directory:
    """Gives accounts by position, page by page, and by id."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._mailboxes = organisation.rows_of("mailboxes")
        self._profiles = {
            row.get("emailserverprofileid"): row
            for row in organisation.rows_of("emailserverprofiles")
        }
        self._second = self._met_before()

    def page(
        self, start: int, most: int, lives: str | None = None
    ) -> tuple[list[Person], int | None]:
        """Give the accounts from a position on, and where to go on; None: nowhere.

        `lives`: those alone that live there. Services look on for them until a page is full; here
        no longer than a caller waits for.
        """
        found = []
        end = min(len(self._mailboxes), start + MOST_LOOKED_AT)
        for position in range(start, end):
            person = self._at(position)
            if person is not None and lives in (None, person.lives):
                found.append(person)
            if len(found) == most:
                end = position + 1
                break
        return found, end if end < len(self._mailboxes) else None

    def by_id(self, account_id: str) -> Person | None:
        """Give the account of an id; None: there is none."""
        try:
            position = int(account_id.rpartition("-")[2], 16)
        except ValueError:
            return None
        if not 0 <= position < len(self._mailboxes):
            return None
        person = self._at(position)
        return person if person is not None and person.id == account_id else None

    def _met_before(self) -> frozenset[int]:
        """Give the positions whose address a record before has; the crowd has each only once."""
        seen: set[Value] = set()
        second = set()
        for position, row in enumerate(islice(iter(self._mailboxes), _NAMED_AT_MOST)):
            address = row.get("emailaddress")
            if address in seen:
                second.add(position)
            seen.add(address)
        return frozenset(second)

    def _at(self, position: int) -> Person | None:
        row = self._mailboxes[position]
        address = row.get("emailaddress")
        if not isinstance(address, str) or position in self._second:
            return None
        own: Mapping[str, Value] = self._organisation.directory.get(address, {})
        profile = self._profiles.get(row.get("_emailserverprofile_value"))
        other_tenant = profile is not None and profile.get("usedefaulttenantid") is False
        if own.get("absent") or other_tenant or str(row.get("name")).startswith("#"):
            return None
        lives = _home(row, profile)
        of_user = row.get(REGARDING_KIND) == "systemuser"
        person = Person(
            id=numbered_id(_ACCOUNTS, position),
            address=address,
            lives=lives,
            purpose="user" if of_user else "shared",
            # Sign-in to a shared mailbox is blocked by design, and it needs no licence.
            enabled=of_user,
            licensed=of_user and lives == "online",
        )
        for name, value in own.items():
            setattr(person, name, value)
        return person


def _home(mailbox: Row, profile: Row | None) -> str:
    address = mailbox.get("ewsurl")
    if isinstance(address, str):
        return "online" if _CLOUD in address else "server"
    if profile is None:
        return "online"
    incoming = profile.get("incomingserverlocation")
    if isinstance(incoming, str) and _CLOUD not in incoming:
        return "nowhere" if profile.get("servertype") in _MAIL_SERVERS else "server"
    return "online"


def everyone(directory: Directory) -> Iterator[Person]:
    """Give every account, in order."""
    start: int | None = 0
    while start is not None:
        page, start = directory.page(start, 1000)
        yield from page
