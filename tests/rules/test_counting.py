import pytest

from rules.counting import counted, named


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 mailboxes"), (1, "1 mailbox"), (2, "2 mailboxes"), (2000, "2,000 mailboxes")],
)
def test_one_thing_is_told_apart_from_several(count, told):
    assert counted(count, "mailbox", "mailboxes") == told


@pytest.mark.parametrize(
    ("names", "count", "said"),
    [
        (["a"], 0, "a"),
        (["a", "b"], 2, "a and b"),
        (["a", "b", "c"], 3, "a, b and c"),
        (["a", "b", "c", "d"], 0, "a, b, c and 1 more"),
        (["a"], 1_201, "a and 1,200 more"),
        (["a", "b", "c"], 4, "a, b, c and 1 more"),
    ],
)
def test_the_first_names_are_told_and_the_rest_is_counted(names, count, said):
    assert named(names, 3, count) == said
