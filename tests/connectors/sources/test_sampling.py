"""A sample of mailboxes: so many at most, and the same ones whatever the order."""

import pytest

from connectors.sources.sampling import Sample, sample

ADDRESSES = [f"person{number}@contoso.example" for number in range(50)]


@pytest.mark.parametrize(("most", "expected"), [(0, 0), (1, 1), (50, 50), (99, 50)])
def test_a_sample_is_of_so_many_at_most(most: int, expected: int) -> None:
    assert len(sample(ADDRESSES, most)) == expected
    chosen = Sample(most)
    for address in ADDRESSES:
        chosen.offer(address, f"id of {address}")
    assert len(chosen.chosen()) == expected


def test_it_is_the_same_one_whatever_the_order_and_however_it_is_taken() -> None:
    there, back = Sample(7), Sample(7)
    for address in ADDRESSES:
        there.offer(address, f"id of {address}")
    for address in reversed(ADDRESSES):
        back.offer(address, f"id of {address}")
    assert there.chosen() == back.chosen()
    assert [address for address, _ in there.chosen()] == sample(ADDRESSES, 7)
    assert there.chosen()[0][1] == f"id of {there.chosen()[0][0]}"


def test_an_address_counts_once_and_a_larger_sample_holds_the_smaller() -> None:
    assert sample([*ADDRESSES, *ADDRESSES], 50) == sample(ADDRESSES, 50)
    assert sample(ADDRESSES, 9)[:4] == sample(ADDRESSES, 4)
