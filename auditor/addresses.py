"""Which synchronizing mailboxes share an address, found without keeping every address."""

import tempfile
from array import array
from types import TracebackType

import msgspec
from msgspec import Struct


class Holder(Struct, frozen=True, array_like=True):
    """One synchronizing mailbox: its group of verdicts and what identifies it."""

    group: int
    mailboxid: str
    name: str
    address: str
    regarding: str | None
    owner: str | None
    read_at: str


class AddressIndex:
    """Sixteen bytes of memory for each mailbox; the rest is spooled to a nameless file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()
        self._hashes = array("q")
        self._offsets = array("Q")
        self._end = 0
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Holder)

    def __enter__(self) -> "AddressIndex":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, holder: Holder) -> None:
        """Notes one mailbox with its address."""
        body = self._encoder.encode(holder)
        self._file.write(body)
        self._hashes.append(hash(holder.address.strip().casefold()))
        self._offsets.append(self._end)
        self._end += len(body)

    def shared(self) -> list[list[Holder]]:
        """Every address that several mailboxes have: its mailboxes, in the order of their ids."""
        order = sorted(range(len(self._hashes)), key=self._hashes.__getitem__)
        found: list[list[Holder]] = []
        start = 0
        for end in range(1, len(order) + 1):
            if end == len(order) or self._hashes[order[end]] != self._hashes[order[start]]:
                if end - start > 1:
                    found += self._same([self._read(at) for at in order[start:end]])
                start = end
        return sorted(found, key=lambda group: group[0].mailboxid)

    def _read(self, position: int) -> Holder:
        start = self._offsets[position]
        last = position + 1 == len(self._offsets)
        end = self._end if last else self._offsets[position + 1]
        self._file.seek(start)
        return self._decoder.decode(self._file.read(end - start))

    @staticmethod
    def _same(holders: list[Holder]) -> list[list[Holder]]:
        """The holders by their very address: two addresses may have one hash."""
        groups: dict[str, list[Holder]] = {}
        for holder in sorted(holders, key=lambda each: each.mailboxid):
            groups.setdefault(holder.address.strip().casefold(), []).append(holder)
        return [group for group in groups.values() if len(group) > 1]
