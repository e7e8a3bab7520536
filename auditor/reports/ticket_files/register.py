"""Which tickets there are: those of the causes of an audit, held against those of earlier runs.

A ticket closes only where a run judged every rule of it and none fails any more. What a run could
not judge stays open: a night on which a source failed closes nothing.
"""

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from auditor.differences.records import SOURCES
from auditor.differences.transitions import Openness, SharedOpen, shared_open
from auditor.model import Audit, Finding, RootCause, Subject
from auditor.process.files import FileNotWritten, explain

FILE = "tickets.json"
MOST = 1000
"""Causes that get a ticket in one run: Azure DevOps imports no more at once."""
KEPT_DAYS = 90
"""How long a closed ticket stays."""
_LARGEST_BYTES = 256 << 20

Key = tuple[str, str, str]
"""A rule, and kind and id of its subject."""


class Ticket(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One cause to repair. Times are those at which runs began, UTC, ISO 8601.

    `run` is the id of the last run that showed the cause; `closed` is empty while it is there.
    `unjudged`: the last run could not judge whether it still is.
    """

    key: Annotated[str, Meta(pattern="^auditor-[0-9a-f]{12}$")]
    cause: RootCause
    opened: str
    run: str
    closed: str = ""
    unjudged: bool = False

    @property
    def state(self) -> Literal["open", "waived", "closed"]:
        """How it stands."""
        if self.closed:
            return "closed"
        return "open" if self.cause.waived is None else "waived"


class Register(Struct, frozen=True, kw_only=True):
    """The tickets of one environment, in the order in which to repair their causes.

    `without` counts the causes that have no ticket. `left_open` holds, by the id of each run that
    a ticket names, what shared causes left open in it.
    """

    version: Literal["1"] = "1"
    environment: str
    run: str
    started_at: str
    without: int
    tickets: tuple[Ticket, ...]
    left_open: Mapping[str, tuple[SharedOpen, ...]]

    def of(self, state: str) -> list[Ticket]:
        """The tickets that stand so."""
        return [each for each in self.tickets if each.state == state]


class Told(Struct, frozen=True):
    """What the findings of an audit say of tickets: failing and open ones by rule and subject."""

    failing: Mapping[Key, Finding]
    undetermined: frozenset[Key]
    counts: Mapping[str, int]
    shared: tuple[SharedOpen, ...]


def load(directory: Path, audit: Audit) -> Register | None:
    """The register that earlier runs left; None: there is none.

    Raises `FileNotWritten` where it is damaged, of another environment or of a later run.
    """
    path = directory / FILE
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileNotWritten(directory, f"{FILE} in it is too large; name another directory")
        register = msgspec.json.decode(path.read_bytes(), type=Register)
    except FileNotFoundError:
        return None
    except OSError as refusal:
        raise FileNotWritten(directory, f"{FILE} in it: {explain(refusal)}") from refusal
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        reason = f"{FILE} in it is not what an earlier run wrote; remove it or name another one"
        raise FileNotWritten(directory, reason) from None
    if register.environment != audit.environment.name:
        reason = f"it holds the tickets of {register.environment}; name another directory"
        raise FileNotWritten(directory, reason)
    if register.started_at > audit.started_at:
        reason = f"it holds the tickets of a later run ({register.started_at}); name another one"
        raise FileNotWritten(directory, reason)
    return register


def key_of(environment: str, cause: RootCause) -> str:
    """The key of a cause's ticket: the same in every run."""
    digest = hashlib.sha256(f"v1\n{environment}\n{cause.id}".encode("utf-8", "replace"))
    return f"auditor-{digest.hexdigest()[:12]}"


def renewed(audit: Audit, earlier: Register | None) -> tuple[Register, Told]:
    """The register after this run, and what its findings say of the tickets."""
    known = {} if earlier is None else {each.key: each for each in earlier.tickets}
    found: list[Ticket] = []
    without = 0
    for place, cause in enumerate(audit.causes()):
        key = key_of(audit.environment.name, cause)
        old = known.pop(key, None)
        if old is None and (place >= MOST or cause.waived is not None):
            without += cause.waived is None
            continue
        opened = audit.started_at if old is None else old.opened
        found.append(Ticket(key=key, cause=cause, opened=opened, run=audit.run_id))
    told = _told(audit, found, known.values())
    left_open = {} if earlier is None else dict(earlier.left_open)
    gone = _Gone(audit, told, left_open)
    for old in known.values():
        if old.closed:
            found.append(old)
        elif gone.includes(old):
            found.append(replace(old, closed=audit.started_at, unjudged=False))
        else:
            found.append(replace(old, unjudged=True))
    earliest = _days_before(audit.started_at, KEPT_DAYS)
    kept = tuple(each for each in found if not each.closed or each.closed >= earliest)
    left_open[audit.run_id] = told.shared
    runs = {each.run for each in kept if not each.closed}
    register = Register(
        environment=audit.environment.name,
        run=audit.run_id,
        started_at=audit.started_at,
        without=without,
        tickets=kept,
        left_open={run: shared for run, shared in left_open.items() if run in runs},
    )
    return register, told


def keys_of(ticket: Ticket) -> Iterable[Key]:
    """The rules of a ticket on its subject."""
    subject = ticket.cause.subject
    return ((rule, subject.kind, subject.id) for rule in ticket.cause.rules)


def _told(audit: Audit, shown: Iterable[Ticket], missing: Iterable[Ticket]) -> Told:
    """One pass over the findings, of which those are kept that tickets speak of."""
    wanted = {key for each in (*shown, *missing) for key in keys_of(each)}
    failing: dict[Key, Finding] = {}
    undetermined: set[Key] = set()
    counts: Counter[str] = Counter()
    shared = []
    for finding in audit.findings():
        key = (finding.rule, finding.subject.kind, finding.subject.id)
        if finding.verdict == "fail":
            if key in wanted:
                failing[key] = finding
            continue
        own = shared_open(finding)
        if own is not None:
            shared.append(own)
        elif key in wanted:
            undetermined.add(key)
        if finding.waived is None:
            counts[finding.rule] += 1 if finding.affected is None else finding.affected.count
    return Told(failing, frozenset(undetermined), counts, tuple(shared))


class _Gone:
    """Decides whether a cause that an audit does not show is gone, or was not judged."""

    def __init__(
        self, audit: Audit, told: Told, left_open: Mapping[str, tuple[SharedOpen, ...]]
    ) -> None:
        self._told = told
        self._left_open = dict(left_open)
        rules = [each.rule.id for each in audit.rules]
        self._openness = Openness(rules, told.shared, audit.sources)
        self._open = {each.rule.id: each.counts.undetermined for each in audit.rules}
        # A source that was narrowed to some subjects was read, and has a reason to say so.
        self._whole = {
            each.name for each in audit.sources if each.status == "read" and not each.reason
        }

    def includes(self, ticket: Ticket) -> bool:
        """Whether every rule of the ticket was judged; they fail no more."""
        subject = ticket.cause.subject
        if not self._is_listed(subject):
            return False
        before = Openness((), self._left_open.get(ticket.run, ()), ())
        return not any(
            key in self._told.failing
            or key in self._told.undetermined
            or self._openness.hides(rule, subject, before)
            # A report may leave findings out: those that are told are fewer than are counted.
            or self._told.counts.get(rule, 0) < self._open.get(rule, 0)
            for key in keys_of(ticket)
            for rule in key[:1]
        )

    def _is_listed(self, subject: Subject) -> bool:
        """Whether all subjects of the kind are known; mail servers are those of profiles."""
        if subject.kind in ("organization", "tenant"):
            return True
        return SOURCES.get(subject.kind, SOURCES["profile"]) in self._whole


def _days_before(moment: str, days: int) -> str:
    try:
        day = datetime.date.fromisoformat(moment[:10])
        return (day - datetime.timedelta(days)).isoformat()
    except (ValueError, OverflowError):
        return ""
