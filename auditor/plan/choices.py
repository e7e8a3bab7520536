"""Which repair each cause gets, so that steps can be made together, in whatever order.

Each repair is found by itself. No profile may both get mailboxes by one step and be taken out of
use by another one: what gets none by then stays, and what would leave it finds another place.
"""

from collections.abc import Iterable

from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.moves import Move, Moves
from auditor.plan.search import Aim, Found


class Choices:
    """Takes the repair that was found for each aim, and settles them."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._found: dict[tuple[object, ...], list[tuple[Aim, Found]]] = {}
        self._left: list[Aim] = []

    def add(self, aim: Aim, found: Found | None) -> None:
        """Takes note of an aim, with the settings that repair it; None: no setting does."""
        if found is None:
            self._left.append(aim)
            return
        placed = sorted((m.kind, m.column, str(m.value), id) for m, id in found.candidates)
        self._found.setdefault((*placed,), []).append((aim, found))

    def settled(
        self,
    ) -> tuple[list[list[tuple[Aim, Found]]], list[tuple[Move, list[Aim]]], list[Aim]]:
        """Aims with one repair together: by settings, by a move, and those without any."""
        gets = {id for each in self._found.values() for id in _gets(each[0][1].candidates)}
        moved: dict[tuple[object, ...], tuple[Move, list[Aim]]] = {}
        left = []
        for aim in self._left:
            own = aim.profile if aim.group is None else None
            # A profile that nobody uses may get them: it is not taken out of use then.
            barred = {move_aims[0].profile for _, move_aims in moved.values()}
            move = None if own is None or own in gets else self._moves.found(aim, barred - {own})
            if move is None:
                left.append(aim)
                continue
            moved.setdefault((own, move.to), (move, []))[1].append(aim)
            if move.to is not None:
                gets.add(move.to)
        for key in [key for key, each in self._found.items() if _leaves(each[0][1].candidates)]:
            candidates = self._found[key][0][1].candidates
            if gets.isdisjoint(_leaves(candidates)):
                continue
            left += [aim for aim, _ in self._found.pop(key) if not self._repaired_by_settings(aim)]
        moves = list(moved.values())
        left = [aim for aim in left if not _repaired_by_a_move(aim, moves)]
        return list(self._found.values()), moves, left

    def _repaired_by_settings(self, aim: Aim) -> bool:
        """Gives the aim to a step that repairs it too, where there is one."""
        for found in self._found.values():
            if aim.targets <= found[0][1].effect.cleared:
                found.append((aim, found[0][1]))
                return True
        return False


def _repaired_by_a_move(aim: Aim, moves: Iterable[tuple[Move, list[Aim]]]) -> bool:
    for move, aims in moves:
        if aim.targets and aim.targets <= move.effect.cleared:
            aims.append(aim)
            return True
    return False


def _gets(candidates: Iterable[tuple[Candidate, str]]) -> set[str]:
    """The profiles that mailboxes get by these."""
    return {
        str(each.value)
        for each, _ in candidates
        if each.value is not None and columns(each.kind)[each.column].form == "profile"
    }


def _leaves(candidates: Iterable[tuple[Candidate, str]]) -> set[str]:
    """The profiles that are taken out of use by these."""
    return {id for each, id in candidates if each.kind == "profile" and _ends(each)}


def _ends(candidate: Candidate) -> bool:
    return (candidate.column, candidate.value) == ("statecode", 1)
