"""What one audit is asked to do: a value, made from the configuration or from a snapshot.

It reads nothing and judges nothing. How waivers are matched stands in `findings.waivers`.
"""

import datetime

from msgspec import Struct

from auditor.selection import Selection
from connectors.normalisation.declared import Declarations
from rules.rule import Rule
from rules.thresholds import Thresholds


class Waiver(Struct, frozen=True):
    """One waiver. `subject` is `KIND:GLOB` over name, address or id; None: every subject.

    `until` is its last day: past it the finding is back. `owner` answers for it; `ticket` is
    where that was decided.
    """

    rule: str
    reason: str
    until: datetime.date
    environment: str | None = None
    subject: str | None = None
    owner: str | None = None
    ticket: str | None = None

    def words(self) -> str:
        """The reason with who answers for it and where it was decided."""
        also = [f"owner {self.owner}"] if self.owner else []
        also += [f"ticket {self.ticket}"] if self.ticket else []
        return f"{self.reason} ({', '.join(also)})" if also else self.reason

    def target(self) -> str:
        """What it is about, such as `auto-discover-off for profile:Sales*`."""
        return f"{self.rule} for {self.subject}" if self.subject else self.rule


class Request(Struct, frozen=True, kw_only=True):
    """What an audit is asked to do. Times are UTC, ISO 8601.

    `edition` is an id, or `auto`. `as_of` is the day that dates and waivers are judged against.
    `only` names the subjects that are judged; `unreported` are rules that are not asked for and
    bear on how those stand.
    """

    environment: str
    url: str
    run_id: str
    started_at: str
    as_of: datetime.date
    rules: tuple[Rule, ...]
    thresholds: Thresholds
    edition: str = "auto"
    declarations: Declarations = Declarations()
    waivers: tuple[Waiver, ...] = ()
    only: Selection = Selection()
    unreported: tuple[Rule, ...] = ()
