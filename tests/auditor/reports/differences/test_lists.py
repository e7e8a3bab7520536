"""Lists of what changed end where a format ends them, and say how much more there is."""

import io
from types import ModuleType

import pytest

from auditor.differences import Difference, MailboxChange, Moved, Run
from auditor.reports.differences import html, markdown, terminal

RUN = Run("1", "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z", "2026-11-23")
FORMATS = pytest.mark.parametrize("format", [html, markdown, terminal])


def written(format: ModuleType, mailboxes: int) -> str:
    stopped = Moved(None, "broken")
    moved = tuple(MailboxChange(str(n), f"Dora{n}", "", stopped) for n in range(mailboxes))
    out = io.BytesIO()
    format.write(Difference(old=RUN, new=RUN, mailboxes=moved, subjects=()), out)
    return out.getvalue().decode()


@FORMATS
def test_what_is_left_out_is_counted(format: ModuleType) -> None:
    text = written(format, format.MOST + 1_234)
    assert text.count("Dora") == format.MOST
    assert "and 1,234 more" in text
    assert f"Stopped working ({format.MOST + 1_234:,})" in text


@FORMATS
def test_where_nothing_is_left_out_nothing_is_said_of_it(format: ModuleType) -> None:
    text = written(format, format.MOST)
    assert text.count("Dora") == format.MOST
    assert " more" not in text
