"""Reads the table *activityparty*: recipients of failed email that match no record.

Asked only where the organisation refuses such recipients, and only of the newest failed messages.
The addresses and names of recipients are never asked for. Source: Dataverse table reference
*activityparty*.
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct, field
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dynamics.client import Dynamics
from connectors.dynamics.column_types import Text
from connectors.dynamics.table import Table
from connectors.dynamics.tables import emails, organizations
from connectors.dynamics.tables.emails import FAILED
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.errors import SourceFailed

MOST_EMAILS = 200
"""Failed messages whose recipients are looked at."""

_AT_ONCE = 50
_RECIPIENT = " or ".join(f"participationtypemask eq {each}" for each in (2, 3, 4))
_EMAILS = emails.TABLE.source
_ORGANIZATIONS = organizations.TABLE.source


class PartyRow(Struct, frozen=True):
    """Table *activityparty*: a recipient (To, Cc or Bcc) that is no record."""

    activitypartyid: str
    email: Text = field(name="_activityid_value", default=UNSET)


class PartyTable(Table, frozen=True, kw_only=True):
    """The unresolved recipients of failed email."""

    def reader(self) -> Reader:
        """The reader, which looks back at the failed messages and the organisation's setting."""
        return replace(Table.reader(self), after=(_EMAILS, _ORGANIZATIONS))

    def read(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """Pages of unresolved recipients; none where the organisation lets them be sent to."""
        if any(
            row.allowunresolvedpartiesonemailsend is True
            for row, _ in earlier.readings[_ORGANIZATIONS].records
        ):
            return
        messages = earlier.readings[_EMAILS]
        if messages.state.status == "failed":
            raise SourceFailed(messages.state.reason, messages.state.remedy, "emails-not-read")
        failed = [row.activityid for row, _ in messages.records if row.statuscode == FAILED]
        try:
            asked = failed[:MOST_EMAILS]
            for start in range(0, len(asked), _AT_ONCE):
                yield from self._of(dynamics, progress, asked[start : start + _AT_ONCE])
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        if progress.code:
            return
        if not messages.state.whole:
            progress.shorten(
                "emails-not-read",
                f"Not all failed email is known: {messages.state.reason}",
                messages.state.remedy,
            )
        elif len(failed) > MOST_EMAILS:
            progress.shorten(
                "too-many-records",
                f"Recipients of the newest {MOST_EMAILS} of {len(failed)} failed messages were "
                "read.",
                "Clear up failed email in Dynamics 365, then run the audit again.",
            )
        elif failed:
            self._check_depth(dynamics, progress)

    def _of(self, dynamics: Dynamics, progress: Progress, ids: list[str]) -> Iterator[Page]:
        whose = " or ".join(f"_activityid_value eq {id}" for id in ids)
        return dynamics.rows(
            self.logical_name,
            self.entity_set,
            self.row,
            progress,
            source=self.source,
            query=f"$filter=_partyid_value eq null and ({_RECIPIENT}) and ({whose})",
            optional=True,
        )


TABLE = PartyTable(
    source="dynamics.activityparties",
    logical_name="activityparty",
    entity_set="activityparties",
    privilege="prvReadActivity",
    row=PartyRow,
    title="the recipients of failed email",
)
READER = TABLE.reader()
