"""Durations as a configuration writes them: "90s", "30m", "1h", "7d", or several: "1h30m"."""

import re

UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
LONGEST_S = 3_650 * UNITS_S["d"]

_SHAPE = re.compile(r"(?:(\d{1,12})d)?(?:(\d{1,12})h)?(?:(\d{1,12})m)?(?:(\d{1,12})s)?", re.ASCII)


def parse_duration(text: str) -> int:
    """The seconds that a duration lasts. Raises ValueError, saying how to write one."""
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None or not any(shape.groups()):
        raise ValueError('is not a duration; write "90s", "30m", "1h" or "7d"')
    seconds = sum(
        int(count or 0) * unit for count, unit in zip(shape.groups(), UNITS_S.values(), strict=True)
    )
    if seconds > LONGEST_S:
        raise ValueError("is longer than ten years; write a shorter duration")
    return seconds


def format_duration(duration_s: int) -> str:
    """The shortest way to write so many seconds: 5400 is "1h30m"."""
    parts = []
    for unit, length_s in UNITS_S.items():
        count, duration_s = divmod(duration_s, length_s)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
