"""How much a run of the benchmark measures."""

import msgspec


class Size(msgspec.Struct, frozen=True):
    """How much a run of the benchmark measures."""

    name: str
    rounds: int
    is_measured: bool
    """Whether the figures are to mean something."""
    reading: int
    waiting: int
    latencies_ms: tuple[int, ...]
    audit: int
    naive: int
    mailboxes: tuple[int, ...]
    configurations: tuple[int, ...]
    curve: int
    profiles: tuple[tuple[int, int], ...]
    of_profiles: int
    accounts: tuple[int, ...]
    judging: int
    judging_anew: int
    writing: int
    ratio: int
    """Mailboxes of the audit whose processor time is told beside that of a download."""
    snapshot: int
    failing: tuple[int, int]
    environments: tuple[int, int]


WHOLE = Size(
    name="whole",
    rounds=3,
    is_measured=True,
    reading=200_000,
    waiting=200_000,
    latencies_ms=(150, 600),
    audit=1_000_000,
    naive=100_000,
    mailboxes=(1_000, 10_000, 100_000),
    configurations=(1, 20, 100, 200, 400),
    curve=100_000,
    profiles=(
        *((10, 200), (1_250, 200), (1_250, 2_000), (1_250, 16_400), (1_250, 20_000)),
        (5_000, 20_000),
    ),
    of_profiles=50_000,
    accounts=(0, 50_000, 200_000, 1_000_000),
    judging=300_000,
    judging_anew=50_000,
    writing=100_000,
    ratio=200_000,
    snapshot=1_000_000,
    failing=(50_000, 200_000),
    environments=(1, 80),
)
SMALL = Size(
    name="small",
    rounds=1,
    is_measured=False,
    reading=5_000,
    waiting=1_000,
    latencies_ms=(20,),
    audit=5_000,
    naive=1_000,
    mailboxes=(1_000,),
    configurations=(20,),
    curve=1_000,
    profiles=((20, 100),),
    of_profiles=1_000,
    accounts=(1_000,),
    judging=2_000,
    judging_anew=1_000,
    writing=1_000,
    ratio=2_000,
    snapshot=2_000,
    failing=(500, 1_000),
    environments=(1, 3),
)
