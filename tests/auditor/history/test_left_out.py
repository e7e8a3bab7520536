"""How mailboxes stand is compared with how they stood by the same rules, and by nothing else."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.history.left_out import KIND
from auditor.history.looking_back import difference
from auditor.history.tables import FACTS
from auditor.model import MailboxEntry
from tests.auditor.history.memory import READ, RULES, memory, night, stored

Stand: TypeAlias = Callable[..., int]
FEW = RULES[:1]
PARTIAL = (replace(READ[0], status="partial"), READ[1])


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        yield made


@pytest.fixture
def stand(connection: Connection) -> Stand:
    """Stores a night with a mailbox that stands so; gives how many stand otherwise.

    Who looks back at the night is told the same.
    """

    def stand(number: int, standing: str, **changed: Any) -> int:
        entry = MailboxEntry("m", "", "", None, standing, ())  # type: ignore[arg-type]
        audit = night(number, mailboxes=lambda: iter((entry,)), **changed)
        told = stored(connection, audit).mailboxes
        assert difference(connection, audit.run_id).mailboxes == told
        return len(told)

    return stand


def test_after_a_first_run_with_few_rules_nothing_stopped(stand: Stand) -> None:
    assert stand(1, "unsupported", rules=FEW) == 0
    assert stand(2, "broken") == 0
    assert stand(3, "unknown") == 1


def test_after_a_run_with_other_rules_nothing_stopped(stand: Stand) -> None:
    assert stand(1, "unsupported", rules=FEW) == 0
    assert stand(2, "broken", rules=RULES[1:]) == 0
    assert stand(3, "unsupported", rules=FEW) == 0
    assert stand(4, "broken", rules=FEW) == 1


def test_runs_that_go_on_with_few_rules_are_compared_with_each_other(stand: Stand) -> None:
    assert stand(1, "broken") == 0
    assert stand(2, "unknown", rules=FEW) == 0
    assert stand(3, "unknown", rules=FEW) == 0
    assert stand(4, "unsupported", rules=FEW) == 1
    assert stand(5, "broken") == 0
    assert stand(6, "unknown") == 1


def test_mailboxes_that_were_never_all_read_are_compared_with_nothing(stand: Stand) -> None:
    assert stand(1, "unsupported", sources=PARTIAL) == 0
    assert stand(2, "broken", sources=PARTIAL) == 0
    assert stand(3, "unsupported") == 0
    assert stand(4, "broken", sources=PARTIAL) == 1


def test_nor_are_those_that_were_not_all_read_with_more_rules(stand: Stand) -> None:
    assert stand(1, "unsupported", rules=FEW) == 0
    assert stand(2, "broken", sources=PARTIAL) == 0
    assert stand(3, "unknown") == 0
    assert stand(4, "broken") == 1


def test_an_earlier_release_that_noted_no_rules_compared_every_run(
    connection: Connection, stand: Stand
) -> None:
    assert stand(1, "unsupported") == 0
    connection.execute(sa.delete(FACTS).where(FACTS.c.kind == KIND))
    assert stand(2, "broken") == 1
