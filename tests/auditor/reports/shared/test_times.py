"""Times as numbers: of any zone, of none, and of texts that are no times."""

import pytest

from auditor.reports.shared.times import epoch_s


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T02:01:00+02:00", 60.0),
        ("1970-01-01T00:01:00", 60.0),
        ("soon", None),
        ("", None),
    ],
)
def test_a_moment_in_seconds(moment: str, seconds: float | None) -> None:
    assert epoch_s(moment) == seconds
