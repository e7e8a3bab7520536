import pytest

from rules.counting import counted


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 mailboxes"), (1, "1 mailbox"), (2, "2 mailboxes"), (2000, "2,000 mailboxes")],
)
def test_one_thing_is_told_apart_from_several(count, told):
    assert counted(count, "mailbox", "mailboxes") == told
