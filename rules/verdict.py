"""What a rule may answer."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

from rules.evidence import Cause, Evidence
from rules.unknown import Unknown

Severity: TypeAlias = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

Effect: TypeAlias = Literal["stops", "degrades", "unsupported", "ends", "exposes", "advice"]
EFFECTS: Mapping[Effect, str] = MappingProxyType(
    {
        "stops": "email or appointments, contacts and tasks do not flow",
        "degrades": "they flow late, in part, or to the wrong place",
        "unsupported": "they flow, and Microsoft does not support it",
        "ends": "they flow, and stop on a published day",
        "exposes": "somebody else may read or change what he should not",
        "advice": "nothing of that",
    }
)
"""What a fault does to the mailboxes that it bears on, the gravest first."""


class Pass(Struct, frozen=True, tag="pass"):
    """The subject is as it should be; `evidence` shows what was looked at.

    `statements` are the published statements that this verdict decides; None means all those
    that the rule cites in the edition at hand.
    """

    message: str
    evidence: tuple[Evidence, ...]
    statements: tuple[str, ...] | None = None


class Fail(Struct, frozen=True, tag="fail"):
    """The subject is not as it should be.

    `severity`, `remedy`, `effect` and `inferred` go before the rule's own. `directions` are those
    of a profile that fail; None: a mailbox is concerned whichever it uses. `may_stop` are the
    causes of what is not known, where it may be that the mailboxes stop. `foreseen`: it fails from
    a day that was still to come when the records were read, so no success in them contradicts it.
    """

    message: str
    evidence: tuple[Evidence, ...]
    statements: tuple[str, ...] | None = None
    severity: Severity | None = None
    remedy: str | None = None
    effect: Effect | None = None
    directions: tuple[str, ...] | None = None
    may_stop: tuple[Cause, ...] = ()
    foreseen: bool = False
    inferred: bool | None = None


class Undetermined(Struct, frozen=True, tag="undetermined"):
    """It could not be established; `remedy` is what would settle it.

    `cause` is None where the subject's own record leaves it open. `unknown` is the unknown fact
    that a rule answers with instead of ending at it: the judge looks behind it, and takes it away.
    `suspected`: the record holds the fault, and only what is unknown may excuse it.
    """

    message: str
    remedy: str
    cause: Cause | None = None
    evidence: tuple[Evidence, ...] = ()
    statements: tuple[str, ...] | None = None
    unknown: Unknown | None = None
    suspected: bool = False


class NotApplicable(Struct, frozen=True, tag="not-applicable"):
    """The rule does not speak of this subject; `message` says why."""

    message: str


Verdict: TypeAlias = Pass | Fail | Undetermined | NotApplicable

OUTCOMES = ("pass", "fail", "undetermined", "not-applicable")


def outcome(verdict: Verdict) -> str:
    """The verdict's published word: pass, fail, undetermined or not-applicable."""
    return str(verdict.__struct_config__.tag)


def worst(outcomes: Iterable[str]) -> str:
    """The aggregate: fail, undetermined, pass, not-applicable, the first that is present."""
    present = set(outcomes)
    for name in ("fail", "undetermined", "pass"):
        if name in present:
            return name
    return "not-applicable"
