"""Records come back from the file as they were put away."""

from msgspec import Struct

from connectors.spool import Spool


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
