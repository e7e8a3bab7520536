"""How a mailbox stands, by its id: looked up for each of a million findings in few bytes."""

from bisect import bisect_left

from auditor.model import Audit, MailboxStanding
from connectors.columnar.encodings import GUID_BYTES, GUID_CHARACTERS, guids_to_bytes

STANDINGS: tuple[MailboxStanding, ...] = ("broken", "unknown", "unsupported")


class StandingIndex:
    """The mailboxes that do not simply work, 17 bytes each.

    Mailboxes come by id, and so do the findings of a rule: mostly the next one is asked for.
    """

    def __init__(self, audit: Audit) -> None:
        self._ids = bytearray()
        self._standings = bytearray()
        self._next = 0
        # A report that somebody else wrote may have ids of any form, in any order.
        self._others: dict[str, int] = {}
        last = b""
        for entry in audit.mailboxes():
            id = _packed(entry.id)
            if id is None or id < last:
                self._others[entry.id] = STANDINGS.index(entry.standing)
                continue
            last = id
            self._ids += id
            self._standings.append(STANDINGS.index(entry.standing))

    def __len__(self) -> int:
        return len(self._standings)

    def __getitem__(self, place: int) -> bytes:
        """The id at one place, as it is compared."""
        return bytes(self._ids[place * GUID_BYTES : (place + 1) * GUID_BYTES])

    def of(self, id: str) -> str:
        """The standing of a mailbox; empty where it works, or is not meant to synchronize."""
        found = self._others.get(id) if self._others else None
        wanted = _packed(id) if found is None else None
        if wanted is not None:
            place = self._next
            if place >= len(self) or self[place] != wanted:
                place = bisect_left(self, wanted)
            if place < len(self) and self[place] == wanted:
                self._next = place + 1
                found = self._standings[place]
        return "" if found is None else STANDINGS[found]


def _packed(id: str) -> bytes | None:
    """The 16 bytes of a GUID, which order as its text does; None for another id."""
    if len(id) != GUID_CHARACTERS:
        return None
    return guids_to_bytes(id)
