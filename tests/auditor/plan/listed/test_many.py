"""Values made anew: as many, as often and in the order that they are asked for."""

from auditor.plan.listed.many import Many, first, joined


def test_values_are_made_anew_and_counted_once() -> None:
    made, counted = [], []

    def values() -> list[int]:
        made.append(1)
        return [1, 2, 3]

    def count() -> int:
        counted.append(1)
        return 3

    many = Many(values, count)
    assert not made
    assert (list(many), list(many)) == ([1, 2, 3], [1, 2, 3])
    assert (len(many), len(many), bool(many), 2 in many, 9 in many) == (3, 3, True, True, False)
    assert (len(made), len(counted)) == (4, 1)
    assert list(reversed(many)) == [3, 2, 1]
    assert not Many(lambda: (), lambda: 0)


def test_parts_are_joined_and_stay_a_tuple_where_they_are() -> None:
    assert joined((1,), (2, 3)) == (1, 2, 3)
    many = joined((1,), Many(lambda: iter((2, 3)), lambda: 2))
    assert (len(many), tuple(many), first(many, 2)) == (3, (1, 2, 3), (1, 2))
