"""How old a record's date is: measured against the moment at which the record was read."""

from datetime import UTC, datetime


def age_s(read_at: str, date: object) -> int | None:
    """Seconds from the date (UTC, ISO 8601) to the reading; None where it holds no date."""
    if not isinstance(date, str):
        return None
    try:
        moments = [datetime.fromisoformat(each) for each in (read_at, date)]
    except ValueError:
        return None
    read, then = (each if each.tzinfo else each.replace(tzinfo=UTC) for each in moments)
    return int((read - then).total_seconds())
