"""Records come back from the file as they were put away."""

from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from connectors.columnar.spool import Spool


class Count(Struct, frozen=True):
    name: str
    number: int | None


def test_records_come_back_by_position():
    spool: Spool[Count] = Spool(Count)
    spool.add([Count("a", 1), Count("b", None)])
    spool.add([Count("c", 3)])
    assert [spool.read(each).name for each in (2, 0, 1)] == ["c", "a", "b"]
    assert [each.name for each in spool.read_each([2, 0, 1, 2])] == ["c", "a", "b", "c"]
    assert spool.read_each([]) == []
    assert len(list(spool)) == len(spool) == 3


def test_a_number_beyond_64_bits_does_not_cost_the_block():
    spool: Spool[Count] = Spool(Count)
    spool.add([Count("a", 2**64), Count("b", None), Count("c", -(2**80))])
    assert [each.number for each in spool] == [2**63 - 1, None, -(2**63)]


def test_threads_that_read_at_the_same_time_each_get_their_own_records():
    spool: Spool[str] = Spool(str)
    blocks = [[f"{block}-{each}" for each in range(500)] for block in range(100)]
    for block in blocks:
        spool.add(block)
    expected = [name for block in blocks for name in block]
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: list(spool), range(8)))
    assert all(each == expected for each in read)


def test_records_are_added_while_other_threads_read():
    spool: Spool[int] = Spool(int)
    spool.add(list(range(1000)))

    def read(_: int) -> list[list[int]]:
        return [spool.read_each([999, 500]) for _ in range(100)]

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(read, range(4))
        for first in range(1000, 100_000, 1000):
            spool.add(list(range(first, first + 1000)))
        assert all(each == [999, 500] for reads in found for each in reads)
    assert list(spool) == list(range(100_000))
