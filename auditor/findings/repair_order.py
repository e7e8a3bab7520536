"""In which order a person would repair causes: the next one makes the most mailboxes work.

Where no single cause does, the next is one of a smallest set that only together does. What is
given is what keeps mailboxes from working: for each of them a set of shared causes, by number, and
causes of its own, which concern no other mailbox. Mailboxes alike in both are given as one.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

Rank = tuple[int, ...]
"""Orders causes that make as many mailboxes work: effect, severity, most mailboxes first."""


class Kept(NamedTuple):
    """`number` mailboxes that the same shared causes, and as many of their own, keep from working.

    `own` ranks the causes of their own, the gravest first; `group` is the number they go by.
    """

    shared: frozenset[int]
    own: tuple[Rank, ...]
    number: int
    group: int


class SharedStep(NamedTuple):
    """Repair this shared cause: `gain` mailboxes more work, all before it being repaired."""

    cause: int
    gain: int


class OwnStep(NamedTuple):
    """Repair the own causes of the mailboxes of these groups, mailbox by mailbox."""

    groups: tuple[int, ...]


Step = SharedStep | OwnStep


def repair_order(kept: Sequence[Kept], ranks: Sequence[Rank]) -> Iterator[Step]:
    """Every step until nothing is left that keeps a mailbox from working.

    `ranks` orders shared causes that are as useful, by number. Linear in what is given, but for
    the sorting: each set of causes is looked at once for each of its causes.
    """
    return _Order(kept, ranks).steps()


class _Order:
    def __init__(self, kept: Sequence[Kept], ranks: Sequence[Rank]) -> None:
        self._ranks = ranks
        # What is left to repair: how many mailboxes wait for these shared causes alone, and the
        # groups whose mailboxes wait for causes of their own too.
        self._shared: dict[frozenset[int], int] = defaultdict(int)
        self._mixed: dict[frozenset[int], list[Kept]] = defaultdict(list)
        self._fewest: dict[frozenset[int], int] = {}
        self._holding: dict[int, set[frozenset[int]]] = defaultdict(set)
        self._single: list[tuple[int, Rank, int]] = []
        self._sets: list[tuple[int, int, tuple[Rank, ...], tuple[int, ...]]] = []
        self._own: list[tuple[int, Rank, int]] = []
        self._waiting: list[Kept] = []
        for each in kept:
            if each.own:
                self._wait(each.shared, [each], len(each.own))
            elif each.shared:
                self._shared[each.shared] += each.number
        for shared in {*self._shared, *self._mixed}:
            self._enter(shared)

    def steps(self) -> Iterator[Step]:
        while True:
            gain, rank, cause = self._best_single()
            own = self._own[0] if self._own else None
            if own is not None and own[0] == 1 and (-1, own[1]) < (-gain, rank):
                yield self._own_step()
            elif gain:
                yield self._take(cause)
            elif (best := self._smallest_set()) is not None and (own is None or best[0] <= own[0]):
                members = sorted(best[1], key=lambda each: (self._ranks[each], each))
                yield self._take(members[0])
            elif own is not None:
                yield self._own_step()
            else:
                return

    def _best_single(self) -> tuple[int, Rank, int]:
        """The mailboxes that the best cause makes work by itself, and the cause; 0: none does."""
        while self._single:
            lost, rank, cause = self._single[0]
            if self._shared.get(frozenset((cause,)), 0) == -lost:
                return -lost, rank, cause
            heapq.heappop(self._single)
        return 0, (), -1

    def _smallest_set(self) -> tuple[int, tuple[int, ...]] | None:
        """How many causes a smallest set has, and the shared ones of it."""
        while self._sets:
            size, lost, _, members = self._sets[0]
            if (size, lost) == self._measure(frozenset(members)):
                return size, members
            heapq.heappop(self._sets)
        return None

    def _measure(self, shared: frozenset[int]) -> tuple[int, int] | None:
        """The fewest causes that repair a mailbox behind these, and minus how many that repairs."""
        count = self._shared.get(shared, 0)
        if count:
            return len(shared), -count
        fewest = self._fewest.get(shared)
        return None if fewest is None else (len(shared) + fewest, -1)

    def _wait(self, shared: frozenset[int], mixed: list[Kept], fewest: int) -> None:
        self._mixed[shared] += mixed
        self._fewest[shared] = min(self._fewest.get(shared, fewest), fewest)

    def _own_step(self) -> OwnStep:
        """The next own causes, with those of all mailboxes that are as urgent."""
        size, rank, _ = self._own[0]
        groups = []
        while self._own and self._own[0][:2] == (size, rank):
            groups.append(self._waiting[heapq.heappop(self._own)[2]].group)
        return OwnStep(tuple(groups))

    def _take(self, cause: int) -> SharedStep:
        gain = 0
        for shared in self._holding.pop(cause, set()):
            left = shared - {cause}
            for member in left:
                self._holding[member].discard(shared)
            if count := self._shared.pop(shared, 0):
                if left:
                    self._shared[left] += count
                else:
                    gain += count
            if mixed := self._mixed.pop(shared, None):
                self._wait(left, mixed, self._fewest.pop(shared))
            if left in self._shared or left in self._mixed:
                self._enter(left)
        return SharedStep(cause, gain)

    def _enter(self, shared: frozenset[int]) -> None:
        """Makes a set of shared causes known to the heaps, as it now stands."""
        for member in shared:
            self._holding[member].add(shared)
        if not shared:
            for each in self._mixed.pop(shared, ()):
                heapq.heappush(self._own, (len(each.own), each.own[0], len(self._waiting)))
                self._waiting.append(each)
            return
        measured = self._measure(shared)
        if measured is None:
            return
        members = tuple(sorted(shared))
        if len(shared) == 1 and shared in self._shared:
            (cause,) = members
            heapq.heappush(self._single, (-self._shared[shared], self._ranks[cause], cause))
        ranks = tuple(sorted(self._ranks[each] for each in members))
        heapq.heappush(self._sets, (*measured, ranks, members))
