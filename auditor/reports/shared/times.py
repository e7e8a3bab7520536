"""Times of a report as numbers, for formats that want them so."""

from datetime import UTC, datetime


def epoch_s(moment: str) -> float | None:
    """Seconds since 1970 of a time in ISO 8601, UTC where it names no zone; None for other text."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
