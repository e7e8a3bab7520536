"""Where a value was read, and why one could not be."""

from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = Scalar | tuple[Scalar, ...]

OF_THE_SUBJECT = ""
"""Record id of evidence that stands in the judged mailbox's own record.

Many mailboxes share one verdict; whoever writes the finding of one of them puts that mailbox's
id, value and read time in.
"""

WHOLE_SOURCE = "*"
"""Record id of evidence that is a source's whole answer, such as that no record names a profile."""

THE_SUBJECT = "@subject"
"""Value of evidence in another table that names the judged mailbox: its id is put in."""

OF_ITS_OWNER = "@owner"
"""Record id of evidence that stands in the record of the user or queue a mailbox belongs to."""


class Evidence(Struct, frozen=True):
    """One value, where it was read, and when (UTC, ISO 8601).

    A finding's evidence has a `label` where the value is an option's number: what Dynamics calls
    it, None where this release does not know the number. `environment` is that of the record where
    it is another than the report's own.
    """

    source: str
    record: str
    field: str
    value: Value = None
    read_at: str = ""
    label: str | None | UnsetType = UNSET
    environment: str | UnsetType = UNSET


class Cause(Struct, frozen=True):
    """Why facts of many subjects are unknown at once: a source, or a declaration not given."""

    kind: Literal["source", "declaration"]
    name: str
    code: str
