"""Reads the table *email*: outgoing messages that wait, are on their way, or failed.

Their content, subjects and addresses are never asked for. Source: Dataverse table reference
*email*: Pending Send and Sending belong to the state Completed, Failed to the state Open.
"""

from msgspec import UNSET, Struct, field

from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.column_types import Number, Text

PENDING_SEND, SENDING, FAILED = 6, 7, 8
"""Options of `statuscode`."""


class EmailRow(Struct, frozen=True):
    """Table *email*."""

    activityid: str
    statuscode: Number = UNSET
    createdon: Text = UNSET
    modifiedon: Text = UNSET
    deliveryattempts: Number = UNSET
    delayedemailsendtime: Text = UNSET
    sender: Text = field(name="_sendermailboxid_value", default=UNSET)


TABLE = BoundedTable(
    source="dynamics.emails",
    logical_name="email",
    entity_set="emails",
    privilege="prvReadActivity",
    row=EmailRow,
    title="outgoing email that was not sent",
    condition=(
        "directioncode eq true and "
        f"(statuscode eq {PENDING_SEND} or statuscode eq {SENDING} or statuscode eq {FAILED})"
    ),
)
READER = TABLE.reader()
