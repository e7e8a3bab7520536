"""How a finding goes on from one audit to the next: the one place that decides it.

A finding's state is a letter, so that a history of millions stays small:

    F  fails                          W  is waived
    U  undetermined, and nothing was known before
    V  undetermined, and failed before      X  undetermined, and was waived before

A small letter is the same for a finding that the audit did not judge: it keeps what it was.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.differences.values import Change
from auditor.model import Finding, SourceOf, Subject

Now: TypeAlias = Literal["fail", "undetermined", "waived", "absent", "unjudged"]
"""What an audit says of a finding. `absent`: it was judged, and there is none."""

_STEPS: Mapping[tuple[str, Now], tuple[str, Change]] = {
    ("F", "fail"): ("F", "still"),
    ("F", "undetermined"): ("V", "became-undetermined"),
    ("F", "waived"): ("W", "waived"),
    ("F", "absent"): ("", "fixed"),
    ("F", "unjudged"): ("f", "became-undetermined"),
    ("V", "fail"): ("F", "still"),
    ("V", "undetermined"): ("V", "still"),
    ("V", "waived"): ("W", "waived"),
    ("V", "absent"): ("", "fixed"),
    ("V", "unjudged"): ("v", "still"),
    ("W", "fail"): ("F", "waiver-expired"),
    ("W", "undetermined"): ("X", "waiver-expired"),
    ("W", "waived"): ("W", "still"),
    ("W", "absent"): ("", "fixed"),
    ("W", "unjudged"): ("w", "still"),
    ("X", "fail"): ("F", "still"),
    ("X", "undetermined"): ("X", "still"),
    ("X", "waived"): ("W", "waived"),
    ("X", "absent"): ("", "fixed"),
    ("X", "unjudged"): ("x", "still"),
    ("U", "fail"): ("F", "established"),
    ("U", "undetermined"): ("U", "still"),
    ("U", "waived"): ("W", "waived"),
    ("U", "absent"): ("", "established"),
    ("U", "unjudged"): ("u", "still"),
}
_FROM_NOTHING: Mapping[Now, str] = {"fail": "F", "undetermined": "U", "waived": "W"}


def now_of(finding: Finding) -> Now:
    """What a finding of an audit says."""
    return "waived" if finding.waived is not None else finding.verdict


def step(state: str, now: Now) -> tuple[str, Change]:
    """The next state of a finding that is open, and the change; an empty state: it is resolved."""
    return _STEPS[state.upper(), now]


def begin(now: Now, *, seen_before: bool, was_unjudged: bool) -> tuple[str, Change]:
    """The state and the change of a finding that was not open.

    `seen_before`: it was, once, and was resolved. `was_unjudged`: the audit before did not judge
    it, so that nobody can say that it is new.
    """
    state = _FROM_NOTHING[now]
    if now == "waived":
        return state, "waived"
    if now == "undetermined":
        return state, "became-undetermined" if seen_before else "new"
    if was_unjudged:
        return state, "established"
    return state, "reopened" if seen_before else "new"


class SharedOpen(Struct, frozen=True):
    """What one shared cause leaves open for one rule in one audit.

    `subjects` are the ids of all that it leaves open, None where there are more than are named.
    `source` is the source that it rests on, empty for a declaration.
    """

    fingerprint: str
    rule: str
    kind: str
    count: int
    subjects: frozenset[str] | None
    source: str


def shared_open(finding: Finding) -> SharedOpen | None:
    """What a finding with a shared cause leaves open; None: it is one subject's own."""
    if finding.cause is None or finding.affected is None:
        return None
    affected = finding.affected
    ids = frozenset(each.id for each in affected.sample)
    return SharedOpen(
        finding.fingerprint,
        finding.rule,
        affected.kind,
        affected.count,
        ids if len(ids) == affected.count and affected.kind != "organization" else None,
        finding.cause.source or "",
    )


class Openness:
    """Which findings an audit could not judge, because a shared cause left their rule open."""

    def __init__(
        self, rules: Iterable[str], shared: Iterable[SharedOpen], sources: Iterable[SourceOf]
    ) -> None:
        self._rules = frozenset(rules)
        self._by_rule: dict[str, list[SharedOpen]] = {}
        self._lost = {each.name for each in sources if each.status in ("failed", "partial")}
        for each in shared:
            self._by_rule.setdefault(each.rule, []).append(each)

    def asks(self, rule: str) -> bool:
        """Whether the rule was asked at all."""
        return rule in self._rules

    def hides(self, rule: str, subject: Subject, before: "Openness | None" = None) -> bool:
        """Whether a finding that the audit does not show may still be there.

        A cause that stood before in the same extent, while the finding was shown, cannot hide it
        now: it is about others. `before` is the audit that showed it; None: none did.
        """
        if rule not in self._rules:
            return True
        return any(
            _may_cover(each, subject) and not self._stood(each, before)
            for each in self._by_rule.get(rule, ())
        )

    def _stood(self, cause: SharedOpen, before: "Openness | None") -> bool:
        if before is None or cause.source in self._lost:
            return False
        return any(
            each.fingerprint == cause.fingerprint and each.count >= cause.count
            for each in before._by_rule.get(cause.rule, ())
        )


def _may_cover(cause: SharedOpen, subject: Subject) -> bool:
    if cause.kind not in (subject.kind, "organization"):
        return False
    return cause.subjects is None or subject.id in cause.subjects
