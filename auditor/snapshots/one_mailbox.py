"""One mailbox of a snapshot: read with its owner, and with every mailbox that has its address.

Every block of the snapshot is unpacked and checked, which takes a hundredth of a replay. Rows are
made of those alone that hold one that is needed.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from auditor.snapshots.snapshot import Snapshot
from auditor.snapshots.wanted import Among
from connectors.columnar.addresses import compared
from connectors.columnar.page import Page
from connectors.dynamics.tables import emailserverprofiles, mailboxes, queues, systemusers
from connectors.normalisation.mailbox.buckets import RECENT
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import NARROWED_BY_ADDRESS, Reader, SourceState

_OWNERS = {systemusers.TABLE.source: "systemuserid", queues.TABLE.source: "queueid"}


def of_mailbox(snapshot: Snapshot, id: str) -> PageSource:
    """The snapshot, of whose mailboxes those come that have this id, or whose owner has it.

    With them come all that have the address of one of them. It is the whole snapshot where there
    are none. Raises `SnapshotError`.
    """
    by_id = Among(("mailboxid", "regarding"), str.lower, frozenset({id.lower()}))
    named = [row for page in snapshot.sifted(mailboxes.READER, by_id) for row in page.rows]
    if not named:
        return snapshot
    addresses = frozenset(_as_shared(row.emailaddress) for row in named if row.emailaddress)
    by_address = Among(("emailaddress",), _as_shared, addresses)
    stream = snapshot.sifted(mailboxes.READER, by_id, by_address)
    pages = list(stream)
    rows = [row for page in pages for row in page.rows]
    # That of a profile is looked up as well.
    of_profiles = snapshot.sifted(emailserverprofiles.READER)
    rows_of_profiles = [row for page in of_profiles for row in page.rows]
    owners = [*(row.regarding for row in rows), *(row.owner for row in rows_of_profiles)]
    ids = frozenset(each.lower() for each in owners if each)
    return _OneMailbox(snapshot, pages, stream.state, ids)


def _as_shared(address: str) -> str:
    """An address as it is compared with those of other mailboxes."""
    return compared(address).removeprefix(RECENT)


class _OneMailbox:
    """Gives the mailboxes that were found, their owners, and all else as it was stored."""

    def __init__(
        self, snapshot: Snapshot, pages: Sequence[Page], state: SourceState, owners: frozenset[str]
    ) -> None:
        self._snapshot = snapshot
        self._pages = pages
        self._state = state
        self._owners = owners

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, of large ones those with a record that is needed."""
        if reader.source == mailboxes.TABLE.source:
            return _Found(self._pages, self._state)
        if reader.source in _OWNERS:
            by_id = Among((_OWNERS[reader.source],), str.lower, self._owners)
            return self._snapshot.sifted(reader, by_id)
        return self._snapshot.open(reader, earlier)


class _Found:
    """The mailboxes that were found; from the last on, the state says that they are not all."""

    def __init__(self, pages: Sequence[Page], stored: SourceState) -> None:
        self._pages = pages
        self._stored = stored
        self.state = replace(stored, status="read", code="", reason="", remedy="")

    def __iter__(self) -> Iterator[Page]:
        yield from self._pages
        self.state = self._stored
        if self.state.whole:
            self.state = replace(
                self.state,
                records=sum(len(page.rows) for page in self._pages),
                code=NARROWED_BY_ADDRESS,
                reason="Only this mailbox was looked at, and those that have its address.",
                remedy="See the report of the whole snapshot: `auditor replay` writes it.",
            )
