"""Runs that share the environments of one configuration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.configuration import Auth, Environment
from auditor.fleet.shards import Shard, shard_of, sharded
from auditor.usage import UsageProblem

CUSTOMERS = st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=30)


def environments(customers: list[str]) -> list[Environment]:
    return [
        Environment(
            name=f"e{number}",
            url=f"https://e{number}.example",
            auth=Auth(method="managed-identity"),
            labels={"customer": customer} if customer else {},
        )
        for number, customer in enumerate(customers)
    ]


@given(CUSTOMERS, st.integers(1, 6))
def test_each_environment_is_in_one_shard_and_each_customer_in_one(
    customers: list[str], count: int
) -> None:
    every = environments(customers)
    shards = [sharded(every, Shard(n + 1, count), "customer") for n in range(count)]
    assert sorted(e.name for shard in shards for e in shard) == sorted(e.name for e in every)
    for customer in {"a", "b", "c"}:
        assert sum(any(e.labels.get("customer") == customer for e in s) for s in shards) <= 1


@given(CUSTOMERS, st.integers(1, 6))
def test_shards_are_alike_where_nothing_is_kept_together(customers: list[str], count: int) -> None:
    every = environments(customers)
    sizes = [len(sharded(every, Shard(n + 1, count))) for n in range(count)]
    assert max(sizes) - min(sizes) <= 1


def test_a_shard_is_named_by_its_number_and_how_many_there_are() -> None:
    assert shard_of("3/8") == Shard(3, 8)


@pytest.mark.parametrize("text", ["0/8", "9/8", "3", "3/", "/8", "a/b", "-1/8", "1/0"])
def test_what_names_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="NUMBER/COUNT"):
        shard_of(text)
