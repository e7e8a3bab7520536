"""The ways in which a value of a record leaves a fact open, each with its reason and remedy.

Tested in `tests/connectors/normalisation/test_records.py`.
"""

from rules.evidence import Cause, Evidence
from rules.unknown import Unknown

_WITHHELD = ("refused-column-", "secured-column-", "left-out-column-", "odd-column-")


def is_withheld(code: str) -> bool:
    """Whether a cause is a column that the server has and did not give in its documented form."""
    return code.startswith(_WITHHELD)


def absent_column(source: str, column: str) -> Unknown:
    """The column does not exist in this version."""
    return Unknown(
        reason=f"The column {column} is not in this version of Dynamics 365.",
        remedy="Look at the setting in Dynamics 365 itself, or update it.",
        cause=Cause("source", source, f"no-column-{column}"),
    )


def refused_column(source: str, column: str) -> Unknown:
    """The column is in the table's metadata, and the server does not give it."""
    return Unknown(
        reason=f"The Web API refuses to give {column}, though the table's metadata has it.",
        remedy="Look at the setting in Dynamics 365 itself.",
        cause=Cause("source", source, f"refused-column-{column}"),
    )


def secured_column(source: str, column: str) -> Unknown:
    """The column is null and column security may be why."""
    return Unknown(
        reason=f"Column security may hide {column}: it came back empty.",
        remedy=f"Give the auditor's user a column security profile that may read {column}.",
        cause=Cause("source", source, f"secured-column-{column}"),
    )


def unanswered_column(source: str, record: str, column: str, read_at: str) -> Unknown:
    """The column was asked for and the answer did not hold it."""
    return Unknown(
        reason=f"The server's answer did not hold {column}, though it was asked for.",
        remedy="Run the audit again; if it stays so, look at what stands between it and Dynamics.",
        evidence=(Evidence(source, record, column, None, read_at),),
    )


def left_out_column(source: str, column: str) -> Unknown:
    """A table's column was asked for and rows came without it: the server's doing, not a row's."""
    return Unknown(
        reason=f"The server's answer did not hold {column}, though it was asked for.",
        remedy="Run the audit again; if it stays so, look at what stands between it and Dynamics.",
        cause=Cause("source", source, f"left-out-column-{column}"),
    )


def unreadable_column(source: str, column: str) -> Unknown:
    """A record held the column as another kind of value than documented, a list for a text."""
    return Unknown(
        reason=f"The server answered {column} in another form than documented.",
        remedy="Update the auditor, or look the value up in the server's own administration.",
        cause=Cause("source", source, f"odd-column-{column}"),
    )


def unasked_column(source: str, column: str) -> Unknown:
    """The records come from a snapshot of a release that did not ask for the column."""
    return Unknown(
        reason=f"The snapshot was taken before {column} was asked for.",
        remedy="Take a new snapshot with this release of the auditor.",
        cause=Cause("source", source, f"unasked-column-{column}"),
    )


def empty_column(source: str, record: str, column: str, read_at: str) -> Unknown:
    """The column is null where a value is needed."""
    return Unknown(
        reason=f"The record holds no value in {column}.",
        remedy="Open the record in Dynamics 365, set the value and save it.",
        evidence=(Evidence(source, record, column, None, read_at),),
    )


def odd_value(source: str, record: str, column: str, value: object, read_at: str) -> Unknown:
    """The column holds a value that this release does not know."""
    return Unknown(
        reason=f"The value {value} of {column} is not known to this release of the auditor.",
        remedy="Update the auditor, or look the value up in Dynamics 365.",
        evidence=(Evidence(source, record, column, scalar(value), read_at),),
        is_unlisted=True,
    )


def undeclared(key: str) -> Unknown:
    """The configuration does not declare it, and no interface tells it."""
    return Unknown(
        reason=f"No interface reports this, and `{key}` is not declared.",
        remedy=f"Declare `{key}` in the section `declared` of the environment.",
        cause=Cause("declaration", key, "not-declared"),
    )


def not_read_yet(source: str, remedy: str) -> Unknown:
    """No reader of this release establishes it."""
    return Unknown(
        reason="This release of the auditor does not read this.",
        remedy=remedy,
        cause=Cause("source", source, "not-read"),
    )


def scalar(value: object) -> str | int | float | bool | None:
    """The value as evidence holds it: unchanged where JSON has its kind, else as text."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
