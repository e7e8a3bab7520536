"""Reads the table *sdkmessageprocessingstep*: synchronous code that runs on email messages.

A step's configuration may hold secrets and is never asked for. Steps are told by their names,
which the registration tools form of type, message and table: a hint at extensions, no proof.
"""

from msgspec import UNSET, Struct

from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.column_types import Number, Text

SYNCHRONOUS, ENABLED = 0, 0


class StepRow(Struct, frozen=True):
    """Table *sdkmessageprocessingstep*."""

    sdkmessageprocessingstepid: str
    name: Text = UNSET
    mode: Number = UNSET
    statecode: Number = UNSET


TABLE = BoundedTable(
    source="dynamics.sdkmessageprocessingsteps",
    logical_name="sdkmessageprocessingstep",
    entity_set="sdkmessageprocessingsteps",
    privilege="prvReadSdkMessageProcessingStep",
    row=StepRow,
    title="the synchronous steps on email",
    condition=(
        f"mode eq {SYNCHRONOUS} and statecode eq {ENABLED} and contains(name,'email') "
        "and not startswith(name,'Microsoft.')"
    ),
    most_pages=1,
)
READER = TABLE.reader()
