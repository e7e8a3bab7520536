"""How old a record's date is: measured against the moment at which the record was read."""

from datetime import UTC, datetime


def is_date(text: str) -> bool:
    """Whether the text is a moment as Dynamics writes them, so that texts compare as moments do."""
    if text[4:5] + text[7:8] + text[10:11] != "--T":
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


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
