"""One page for many environments: a row for each, and what several of them share.

What a page holds; `collector.py` beside it makes it of audits.
"""

from collections.abc import Mapping

from msgspec import Struct

from auditor.fleet.accounts import SharedAccount
from auditor.fleet.applications import SharedApplication
from auditor.fleet.comparison import Sharing
from auditor.model import Standing, Subject


class Cause(Struct, frozen=True):
    """A cause as the overview names it; `title` is that of its first rule."""

    title: str
    subject: Subject
    rules: tuple[str, ...]
    remedy: str
    mailboxes: int
    repairs: int


class Changed(Struct, frozen=True):
    """How much changed since the environment's last run."""

    stopped: int
    works_again: int
    new: int
    fixed: int


class Row(Struct, frozen=True, kw_only=True):
    """One environment. `report` is the first report that was written, relative to the overview.

    `standing` None: of its mailboxes nothing came. `problem` says why it is not complete. `changed`
    None: it is not known what was before.
    """

    environment: str
    complete: bool
    standing: Standing | None
    report: str | None
    changed: Changed | None
    first_cause: Cause | None
    labels: Mapping[str, str] = {}
    finished_at: str | None = None
    exit_code: int = 0
    problem: str | None = None


class SharedCause(Struct, frozen=True, kw_only=True):
    """One thing to change that several environments show: it is counted once."""

    cause: Cause
    environments: tuple[str, ...]


class Overview(Struct, frozen=True, kw_only=True):
    """All rows, in the order in which a person would look at them, and what several share.

    First those with the most broken mailboxes, then those that are not complete, then by name.
    `shared_addresses` are those that several synchronize. `not_compared` are environments of which
    it is not known which addresses they synchronize; None: nothing was compared.
    `shared_applications` are those that profiles of several sign in as, and `shared_accounts` those
    that they sign in with. `generated_at` is UTC, ISO 8601.
    """

    generated_at: str
    rows: tuple[Row, ...]
    shared_causes: tuple[SharedCause, ...]
    shared_addresses: tuple[Sharing, ...] = ()
    not_compared: tuple[str, ...] | None = None
    shared_applications: tuple[SharedApplication, ...] = ()
    shared_accounts: tuple[SharedAccount, ...] = ()

    @property
    def incomplete(self) -> int:
        """Environments that were not read completely, or not at all."""
        return sum(not each.complete for each in self.rows)

    def total(self, standing: str) -> int:
        """Mailboxes of all environments that stand so."""
        return sum(
            getattr(each.standing, standing) for each in self.rows if each.standing is not None
        )
