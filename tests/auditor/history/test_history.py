"""What runs find is stored as intervals, and each run knows what changed since the last."""

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import structs

from auditor.differences import Mailboxes, Moved
from auditor.history import HistoryProblem
from auditor.history.history import History, open_history
from auditor.history.tables import METADATA
from auditor.request import Waiver
from tests.auditor import rows
from tests.auditor.history.nights import FIRST_DAY, Night, told
from tests.auditor.recorded import Recorded


def two(**changes: object) -> Recorded:
    return rows.tables([rows.mailbox("a"), rows.mailbox("b", **changes)])


def damaged(directory: Path, odd: str) -> History:
    """A history of one night, in which something was set as no release sets it."""
    path = directory / "history.db"
    history = open_history(f"sqlite:///{path}", directory)
    Night(0, two()).stored(history)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"UPDATE {odd}")
        database.commit()
    return history


def counts(url: str) -> dict[str, int]:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in METADATA.tables.values()
        }
    engine.dispose()
    return found  # type: ignore[return-value]


def test_an_unchanged_run_adds_its_row_and_nothing_else(history: History, url: str) -> None:
    first = Night(0, two()).stored(history)
    assert first.old is None
    assert first.findings == ()
    before = counts(url)
    second = Night(1, two()).stored(history)
    assert second.old is not None
    assert second.old.id == "contoso-0000"
    assert second.findings == ()
    assert second.subjects == ()
    assert second.still > 0
    assert counts(url) == {**before, "run": 2}


def test_of_an_unchanged_run_no_finding_is_made_or_read(history: History) -> None:
    def refuse() -> Any:
        raise AssertionError

    sick = two(emailrouteraccessapproval=0)
    first = Night(0, sick)
    first.stored(history)
    second = Night(1, sick)
    assert second.audit.extents is not None
    extents = [structs.replace(each, findings=refuse) for each in second.audit.extents()]
    second.audit = structs.replace(
        second.audit, findings=refuse, mailboxes=refuse, extents=extents.__iter__
    )
    found = second.stored(history)
    assert found.findings == ()
    assert found.mailboxes == ()
    assert found.still == len(list(first.audit.findings()))


def test_of_an_unchanged_run_no_table_with_a_row_for_each_record_is_looked_at(
    history: History,
) -> None:
    Night(0, two(emailrouteraccessapproval=0)).stored(history)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        Night(1, two(emailrouteraccessapproval=0)).stored(history)
        unchanged, asked[:] = list(asked), []
        Night(2, two(emailrouteraccessapproval=1)).stored(history)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    large = re.compile(r"\b(record|finding|life|standing)\b\.?")
    assert [each for each in unchanged if large.search(each)] == []
    assert {found[1] for each in asked if (found := large.search(each))} >= {"record", "finding"}


def test_an_audit_that_tells_of_findings_alone_is_stored_alike(history: History) -> None:
    sick = two(emailrouteraccessapproval=0)
    Night(0, sick).stored(history)
    for number, approval, changes in ((1, 0, 0), (2, 1, 1), (3, 1, 0)):
        night = Night(number, two(emailrouteraccessapproval=approval))
        night.audit = structs.replace(night.audit, extents=None, standings_digest=None)
        assert bool(night.stored(history).findings) is bool(changes)


def test_a_finding_that_was_hidden_and_is_gone_is_looked_at_though_no_other_changed(
    history: History,
) -> None:
    sick = two(emailrouteraccessapproval=0)
    Night(0, sick).stored(history)
    lost = sick.failed("dynamics.mailboxes")
    Night(1, lost).stored(history)
    Night(2, lost).stored(history)
    mended = Night(3, two()).stored(history)
    assert {each.subject.id for each in mended.of("fixed")} == {"b"}


def test_a_setting_that_changed_is_told_with_what_it_broke(history: History) -> None:
    Night(0, two()).stored(history)
    broken = Night(1, two(emailrouteraccessapproval=0)).stored(history)
    (changed,) = [each for each in broken.subjects or () if each.subject.id == "b"]
    (setting,) = changed.settings
    assert (setting.field, setting.before.value, setting.after.value) == (
        "emailrouteraccessapproval",
        1,
        0,
    )
    assert setting.before.read_at
    assert setting.after.read_at
    new = broken.of("new")
    assert {each.subject.id for each in new} == {"b"}
    assert all(each.reason == "setting" and each.settings == (setting,) for each in new)
    assert broken.new_failures
    assert history.difference("contoso-0001") == broken
    mended = Night(2, two()).stored(history)
    assert {each.change for each in mended.findings} == {"fixed"}
    again = Night(3, two(emailrouteraccessapproval=0)).stored(history)
    assert {each.change for each in again.findings} == {"reopened"}
    assert all(each.first_seen == "2026-11-24T03:00:00Z" for each in again.findings)


def test_a_mailbox_that_is_gone_is_not_mended(history: History) -> None:
    Night(0, two(emailrouteraccessapproval=0)).stored(history)
    gone = Night(1, rows.tables([rows.mailbox("a")])).stored(history)
    fixed = [each for each in gone.findings if each.subject.id == "b"]
    assert fixed
    assert {(each.change, each.reason) for each in fixed} == {("fixed", "subject-gone")}
    (deleted,) = [each for each in gone.subjects or () if each.change == "deleted"]
    assert deleted.subject.id == "b"


def test_a_night_without_mailboxes_resolves_and_reopens_nothing(history: History) -> None:
    sick = two(emailrouteraccessapproval=0)
    Night(0, sick).stored(history)
    lost = Night(1, sick.failed("dynamics.mailboxes")).stored(history)
    of_b = {(e.change, e.reason) for e in lost.findings if e.subject.id == "b"}
    assert of_b == {("became-undetermined", "source")}
    assert not lost.of("fixed", "reopened")
    assert not [each for each in lost.subjects or () if each.change != "changed"]
    back = Night(2, sick).stored(history)
    assert not [each for each in back.findings if each.subject.id == "b"]
    assert not back.new_failures


def test_the_last_complete_run_is_known_after_one_that_was_not(history: History) -> None:
    assert Night(0, two().failed("dynamics.mailboxes")).stored(history).last_complete_at is None
    first = Night(1, two()).stored(history)
    assert first.last_complete_at == first.new.finished_at
    for number in (2, 3):
        Night(number, two(), environment="fabrikam").stored(history)
        lost = Night(number, two().failed("dynamics.mailboxes")).stored(history)
        assert lost.last_complete_at == first.new.finished_at
    assert history.difference("contoso-0003").last_complete_at == first.new.finished_at


def test_a_waiver_and_its_end_are_told_as_such(history: History) -> None:
    sick = two(emailrouteraccessapproval=0)
    night = Night(0, sick)
    rule = min(each.rule for each in night.audit.findings() if each.subject.id == "b")
    waiver = Waiver(rule, "CHG-1", FIRST_DAY.replace(day=24), subject="mailbox:b")
    night.stored(history)
    waived = Night(1, sick, waivers=[waiver]).stored(history)
    assert told(waived, rule) == [("b", "waived", "waiver")]
    ended = Night(2, sick, waivers=[waiver]).stored(history)
    assert told(ended, rule) == [("b", "waiver-expired", "waiver")]


def test_runs_are_listed_and_forgotten(history: History, url: str) -> None:
    for number in range(5):
        approval = number % 2
        Night(number, two(emailrouteraccessapproval=approval)).stored(history)
        Night(number, two(), environment="fabrikam").stored(history)
    assert [each.id for each in history.runs("contoso")] == [f"contoso-000{n}" for n in range(5)]
    assert len(history.runs()) == 10
    last = history.difference("contoso-0004")
    assert history.prune("contoso", keep=2, before=None) == 3
    assert [each.id for each in history.runs("contoso")] == ["contoso-0003", "contoso-0004"]
    assert history.difference("contoso-0004") == last
    assert len(history.runs("fabrikam")) == 5
    changed = Night(5, two(emailrouteraccessapproval=1)).stored(history)
    assert changed.of("fixed")


def test_an_unknown_run_is_refused(history: History) -> None:
    with pytest.raises(HistoryProblem, match="empty"):
        history.runs()
    Night(0, two()).stored(history)
    Night(1, two()).stored(history)
    with pytest.raises(HistoryProblem, match="no stored run"):
        history.difference("x")
    with pytest.raises(HistoryProblem, match="several"):
        history.difference("contoso-")


def test_a_newer_shape_is_refused(history: History, url: str) -> None:
    Night(0, two()).stored(history)
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(HistoryProblem, match="newer release"):
        Night(1, two()).stored(history)
    with pytest.raises(HistoryProblem, match="newer release"):
        history.runs()


def test_migrations_make_the_tables_that_are_used(history: History, url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    Night(0, two()).stored(history)
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_a_history_of_an_older_release_is_renewed(history: History, url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "auditor.history:migrations")
    with history._engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            own = sa.text("INSERT INTO environment (name, url) VALUES ('contoso', :url)")
            connection.execute(own, {"url": Night(1, two()).audit.environment.url})
            connection.exec_driver_sql(
                "INSERT INTO run (environment, id, started_at, finished_at, as_of, tool_version,"
                " complete, numbers) VALUES (1, 'old', '2026-11-01', '', '', '', TRUE, '{}')"
            )
    with pytest.raises(HistoryProblem, match="older shape"):
        history.runs()
    old = Night(1, two()).stored(history).old
    assert old is not None
    assert old.id == "old"
    assert all(each.announced for each in history.runs())


def test_a_place_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HistoryProblem, match="cannot be opened"):
        open_history("sqlite:///file/history.db", tmp_path)
    with pytest.raises(HistoryProblem, match="not a database's address"):
        open_history("history.db", tmp_path)
    with pytest.raises(HistoryProblem, match="not installed"):
        open_history("oracle://u@h/d", tmp_path)
    nobody = open_history(f"postgresql://u:Tr0ub4dor@/d?host={tmp_path}", tmp_path)
    with pytest.raises(HistoryProblem) as refused:
        nobody.runs()
    assert "Tr0ub4dor" not in str(refused.value)


@pytest.mark.parametrize(
    "odd",
    [
        "run SET numbers = '{'",
        f"run SET numbers = '{'[' * 50_000}'",
        "run SET numbers = '[]'",
        "run SET id = x'ff00'",
        "run SET started_at = x''",
        "environment SET url = x''",
    ],
    ids=lambda odd: odd[:30],
)
def test_what_no_release_has_written_is_told_as_damage(tmp_path: Path, odd: str) -> None:
    history = damaged(tmp_path, odd)
    with pytest.raises(HistoryProblem, match="damaged"):
        history.runs()


@pytest.mark.parametrize(
    "odd",
    [
        "environment SET url = x'ff00'",
        *(f"fact SET content = {odd}" for odd in ("5", "'5'", "'{}'", "'['", "x'ff'")),
    ],
)
def test_neither_is_a_run_stored_beside_it(tmp_path: Path, odd: str) -> None:
    history = damaged(tmp_path, odd)
    with pytest.raises(HistoryProblem, match="damaged"):
        Night(1, two()).stored(history)


def test_the_first_run_differs_from_none_when_it_is_looked_back_at(history: History) -> None:
    stored = Night(0, two(emailrouteraccessapproval=0)).stored(history)
    Night(1, two()).stored(history)
    found = history.difference("contoso-0000")
    assert found.old is None
    assert (found.findings, found.mailboxes) == (stored.findings, stored.mailboxes) == ((), ())
    assert not found.subjects


NEVER_USED = {
    **dict.fromkeys(("incomingemailstatus", "outgoingemailstatus", "actstatus"), 0),
    **dict.fromkeys(("enabledforincomingemail", "enabledforoutgoingemail", "enabledforact"), False),
}


class TestNightsOnWhichUsersWereNotRead:
    """Whether a mailbox that was never tested is meant to synchronize is unknown then."""

    USED = two(emailrouteraccessapproval=0, **NEVER_USED)
    UNREAD = USED.failed("dynamics.systemusers")

    def test_no_mailbox_is_said_to_be_repaired_or_to_have_stopped(self, history: History) -> None:
        Night(0, self.USED).stored(history)
        for number, tables, before, after in (
            (1, self.UNREAD, "broken", "unknown"),
            (2, self.USED, "unknown", "broken"),
        ):
            found = Night(number, tables).stored(history)
            moved = {each.id: each.standing for each in found.mailboxes}
            assert moved["b"] == Moved(before, after)
            assert Mailboxes(found).otherwise == list(found.mailboxes)
            assert history.difference(found.new.id).mailboxes == found.mailboxes

    def test_on_the_first_one_nothing_is_known_either(self, history: History) -> None:
        Night(0, self.UNREAD).stored(history)
        assert Night(1, self.UNREAD).stored(history).mailboxes == ()
        found = Night(2, self.USED).stored(history)
        assert Mailboxes(found).otherwise == list(found.mailboxes)
