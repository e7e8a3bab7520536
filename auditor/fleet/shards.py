"""Which environments fall to one of several runs that share the work, such as pods of one job.

Tested in `tests/auditor/fleet/test_shards.py`.
"""

from collections.abc import Iterable

from msgspec import Struct

from auditor.configuration import Environment
from auditor.usage import UsageProblem


class Shard(Struct, frozen=True):
    """One of `count` runs, by its number from 1 on."""

    number: int
    count: int


def shard_of(text: str) -> Shard:
    """The shard that NUMBER/COUNT names. Raises `UsageProblem`."""
    number, slash, count = text.partition("/")
    if slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count):
        return Shard(int(number), int(count))
    raise UsageProblem(f"--shard takes NUMBER/COUNT, such as 1/8 to 8/8, not {text!r}")


def sharded(
    environments: Iterable[Environment], shard: Shard, together: str | None = None
) -> tuple[Environment, ...]:
    """The environments of one shard; all shards together have each environment once.

    Environments with the same value of the label `together` are in the same shard, so that they are
    compared. Which is where depends on the configuration alone.
    """
    groups: dict[tuple[str, bool], list[Environment]] = {}
    for each in sorted(environments, key=lambda environment: environment.name):
        value = each.labels.get(together or "")
        groups.setdefault((each.name, False) if value is None else (value, True), []).append(each)
    shards: list[list[Environment]] = [[] for _ in range(shard.count)]
    for group in sorted(groups.values(), key=len, reverse=True):
        min(shards, key=len).extend(group)
    return tuple(sorted(shards[shard.number - 1], key=lambda environment: environment.name))
