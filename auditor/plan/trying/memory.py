"""A judge that remembers: what was asked of the same facts is not asked again.

Candidates of a plan differ in few facts, so nearly every verdict of one is that of another.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from rules.edition import Edition
from rules.facts import EmailServerProfile, MailServer, ProfileUse
from rules.judge import Judge
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Verdict


class Memory:
    """Verdicts by rule and facts, and one of the facts that are alike."""

    def __init__(self) -> None:
        self.verdicts: dict[tuple[object, ...], tuple[tuple[object, ...], Verdict]] = {}
        self._alike: dict[tuple[type, str], list[Any]] = {}
        self._known: dict[int, tuple[Any, Any]] = {}

    def one_of(self, fact: Any, name: str) -> Any:
        """The fact, or one that was met before and is the same; `name` narrows the search."""
        met = self._known.get(id(fact))
        if met is not None:
            return met[1]
        alike = self._alike.setdefault((type(fact), name), [])
        found = next((each for each in alike if each == fact), None)
        if found is None:
            alike.append(fact)
            found = fact
        self._known[id(fact)] = fact, found
        return found


class RememberingJudge(Judge):
    """A judge with a memory that outlives it."""

    def __init__(
        self,
        rules: Iterable[Rule],
        edition: Edition | Unknown,
        shared: Mapping[Any, object],
        memory: Memory,
    ) -> None:
        super().__init__(rules, edition, shared)
        self._memory = memory

    def knowing(self, more: Mapping[Any, object]) -> "RememberingJudge":
        """A judge of the same rules and edition, with the same memory, that knows these too."""
        shared = {**self.shared, **more}
        return RememberingJudge(self.rules, self.edition, shared, self._memory)

    def judge(self, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
        """The verdict, remembered where the same was asked before."""
        name = next(
            (
                each.id
                for each in facts.values()
                if isinstance(each, EmailServerProfile | MailServer)
            ),
            "",
        )
        own = {
            kind: self._memory.one_of(fact, name)
            if isinstance(fact, EmailServerProfile | MailServer | ProfileUse)
            else fact
            for kind, fact in facts.items()
        }
        needs = tuple(own[need] if need in own else self.shared.get(need) for _, need in rule.needs)
        key = (rule.id, *map(id, needs), *map(id, own.values()))
        met = self._memory.verdicts.get(key)
        if met is None:
            # What was asked about is kept too: an id is that of one object as long as it lives.
            met = ((*needs, *own.values()), super().judge(rule, own))
            self._memory.verdicts[key] = met
        return met[1]
