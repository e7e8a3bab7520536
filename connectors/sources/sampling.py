"""Which mailboxes are asked where each costs a request: a sample that is the same each time."""

from collections.abc import Iterable
from hashlib import sha256
from heapq import heappush, heappushpop

MOST_ASKED = 5000
"""Mailboxes asked one by one at most, whatever the configuration says."""


def sample(addresses: Iterable[str], most: int) -> list[str]:
    """So many addresses at most, the same ones each time."""
    return sorted(set(addresses), key=_lot)[:most]


class Sample:
    """So many at most of the accounts offered, whatever their order; each with its address."""

    def __init__(self, most: int) -> None:
        self._most = most
        # The last of those held comes first, to give way to a better lot.
        self._held: list[tuple[int, str, str]] = []

    def offer(self, address: str, id: str) -> None:
        """Takes the account, or lets it pass by."""
        entry = (-int.from_bytes(_lot(address)), address, id)
        if len(self._held) < self._most:
            heappush(self._held, entry)
        else:
            heappushpop(self._held, entry)

    def chosen(self) -> list[tuple[str, str]]:
        """Address and id of each of the sample."""
        return [(address, id) for _, address, id in sorted(self._held, reverse=True)]


def _lot(address: str) -> bytes:
    return sha256(address.encode()).digest()
