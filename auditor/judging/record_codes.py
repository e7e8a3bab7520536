"""The code of a cause that is one record's: it names the record and its field.

Loads nothing, for the words of a report ask it and a command that audits nothing loads them.

Tested in `tests/auditor/judging/test_shared_causes.py`.
"""

_CODE = "record-"


def code_of(record: str, field: str) -> str:
    """The code of a cause that rests on this field of this record."""
    return f"{_CODE}{record}-{field}"


def rests_on(code: str) -> tuple[str, str] | None:
    """The record and its field that a cause of that code rests on; None where it rests on none."""
    record, separator, field = code.removeprefix(_CODE).rpartition("-")
    return (record, field) if code.startswith(_CODE) and separator else None
