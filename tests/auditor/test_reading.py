"""Each source begins when those that it looks back at have ended, and waits for no other."""

import threading

import pytest

from auditor.reading import SIDE_BY_SIDE, in_turn
from connectors.dynamics.tables.queues import QueueRow
from connectors.sources.readings import Reading
from connectors.sources.source import Reader, SourceState
from tests.waiting import PATIENCE_S


def reader(source: str, *after: str, section: str = "dynamics") -> Reader:
    return Reader(
        source=source,
        section=section,
        row=QueueRow,
        read=lambda client, progress, earlier: iter(()),
        grant="",
        after=after,
    )


def reading(of: Reader) -> Reading:
    return Reading(SourceState(of.source, "read"))


def test_a_source_begins_while_one_that_it_does_not_need_is_still_read():
    began = threading.Event()

    def read_one(of: Reader) -> Reading:
        if of.source == "slow":
            assert began.wait(PATIENCE_S), "the other waited for a source that it does not need"
        if of.source == "second":
            began.set()
        return reading(of)

    readers = [reader("slow"), reader("first"), reader("second", "first")]
    assert {source for source, _ in in_turn(readers, read_one)} == {"first", "second", "slow"}


def test_a_source_begins_after_what_it_needs_was_taken():
    taken: set[str] = set()

    def read_one(of: Reader) -> Reading:
        assert taken >= set(of.after)
        return reading(of)

    readers = [reader("c", "a", "b"), reader("b", "a"), reader("a"), reader("d", "c")]
    for source, _ in in_turn(readers, read_one):
        taken.add(source)
    assert taken == {"a", "b", "c", "d"}


def test_other_systems_that_never_answer_hold_up_no_table_of_dynamics():
    tables_ended = threading.Event()

    def read_one(of: Reader) -> Reading:
        if of.section == "graph":
            assert tables_ended.wait(PATIENCE_S), "a table waited for another system"
        return reading(of)

    others = [reader(f"graph.{n}", section="graph") for n in range(2 * SIDE_BY_SIDE)]
    tables = [reader(f"dynamics.{n}") for n in range(3)]
    ended = []
    for source, _ in in_turn([*others, *tables], read_one):
        ended.append(source)
        if len(ended) == len(tables):
            tables_ended.set()
    assert {each.partition(".")[0] for each in ended[: len(tables)]} == {"dynamics"}


def test_a_defect_of_a_reader_ends_the_reading():
    def read_one(of: Reader) -> Reading:
        if of.source == "b":
            raise KeyError(of.source)
        return reading(of)

    with pytest.raises(KeyError):
        list(in_turn([reader("a"), reader("b")], read_one))
