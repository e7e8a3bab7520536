"""Of messages that do not arrive the newest are kept, and of the older ones of them the titles."""

from auditor.history.owed import MOST_KEPT, MOST_WHOLE, Undelivered, kept


def message(number: int) -> Undelivered:
    return Undelivered(f"t{number}", f"title {number}", f"body {number}")


def test_a_few_are_kept_as_they_are() -> None:
    few = [message(number) for number in range(MOST_WHOLE)]
    assert kept(few) == few
    assert kept([]) == []


def test_of_older_ones_the_title_is_kept() -> None:
    first, *rest = many = [message(number) for number in range(MOST_WHOLE + 1)]
    assert kept(many) == [Undelivered(first.started_at, first.title, ""), *rest]


def test_the_oldest_of_many_are_forgotten() -> None:
    many = [message(number) for number in range(MOST_KEPT + 1)]
    assert [each.title for each in kept(many)] == [each.title for each in many[1:]]
