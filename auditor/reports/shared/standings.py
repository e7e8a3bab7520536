"""How a mailbox stands, by its id: looked up for each of a million findings in few bytes.

Tested in `tests/auditor/reports/test_csv_report.py`.
"""

from bisect import bisect_left

from auditor.model import Audit, MailboxStanding

STANDINGS: tuple[MailboxStanding, ...] = ("broken", "unknown", "unsupported")
_ID_BYTES = 36


class StandingIndex:
    """The mailboxes that do not simply work, some forty bytes each.

    Mailboxes come by id, and so do the findings of a rule: mostly the next one is asked for.
    """

    def __init__(self, audit: Audit) -> None:
        self._ids = bytearray()
        self._standings = bytearray()
        self._next = 0
        self._disordered: dict[bytes, int] = {}
        last = b""
        for entry in audit.mailboxes():
            id = _padded(entry.id)
            if id < last:
                # A report that somebody else wrote may have them in any order.
                self._disordered[id] = STANDINGS.index(entry.standing)
                continue
            last = id
            self._ids += id
            self._standings.append(STANDINGS.index(entry.standing))

    def __len__(self) -> int:
        return len(self._standings)

    def __getitem__(self, place: int) -> bytes:
        """The id at one place, as it is compared."""
        return bytes(self._ids[place * _ID_BYTES : (place + 1) * _ID_BYTES])

    def of(self, id: str) -> str:
        """The standing of a mailbox; empty where it works, or is not meant to synchronize."""
        wanted = _padded(id)
        place = self._next
        if place >= len(self) or self[place] != wanted:
            place = bisect_left(self, wanted)
        if place < len(self) and self[place] == wanted:
            self._next = place + 1
            return STANDINGS[self._standings[place]]
        found = self._disordered.get(wanted)
        return "" if found is None else STANDINGS[found]


def _padded(id: str) -> bytes:
    return id.encode("utf-8", "replace")[:_ID_BYTES].ljust(_ID_BYTES)
