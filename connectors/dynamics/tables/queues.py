"""Reads the table *queue*."""

from connectors.dynamics.rows import QueueRow
from connectors.dynamics.table import Table

TABLE = Table(
    source="dynamics.queues",
    logical_name="queue",
    entity_set="queues",
    privilege="prvReadQueue",
    row=QueueRow,
    title="the queues",
)
READER = TABLE.reader()
