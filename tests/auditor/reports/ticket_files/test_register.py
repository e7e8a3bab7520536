"""Which tickets there are: opened by a cause, closed only where a run judged that it is gone."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from auditor.model import Affected, Audit, Finding, RootCause, SharedCause, SourceOf, Waived
from auditor.process.files import FileNotWritten
from auditor.reports.ticket_files import register
from auditor.reports.ticket_files.register import (
    FILE,
    KEPT_DAYS,
    Register,
    Ticket,
    key_of,
    keys_of,
    load,
    renewed,
)
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    ORGANIZATION,
    PROFILE,
    UNTESTED,
    audit_of,
    cause,
    finding,
    mailbox,
    of_causes,
    result,
)

WAIVED = Waived("CHG-7", "2027-03-31")
READ = (
    SourceOf("dynamics.mailboxes", "read", 45, 2, "", ""),
    SourceOf("dynamics.emailserverprofiles", "read", 3, 1, "", ""),
)
OWN = cause(APPROVAL, mailbox(1), 1, 1)
OF_PROFILE = cause(FAILING, PROFILE, 3, 3)
OF_ALL = cause(FAILING, ORGANIZATION, 3, 3)
PASSED = (result(APPROVAL, passed=1), result(FAILING, passed=1), result(UNTESTED, passed=1))


def night(number: int, *causes: RootCause, listed: tuple[Finding, ...] = (), **of: Any) -> Audit:
    day = {"run_id": f"night-{number}", "started_at": f"2026-11-{number:02d}T03:00:00Z"}
    return audit_of(listed, **{"sources": READ, "rules": PASSED, **day, **of_causes(*causes), **of})


def after(*nights: Audit) -> Register:
    found = None
    for each in nights:
        found, _ = renewed(each, found)
    assert found is not None
    return found


def states(of: Register) -> list[tuple[str, bool]]:
    return [(each.state, each.unjudged) for each in of.tickets]


class TestTickets:
    def test_a_cause_opens_one_under_a_key_that_lasts(self):
        (ticket,) = after(night(1, OWN)).tickets
        assert ticket == Ticket(
            key=key_of("contoso", OWN),
            cause=OWN,
            opened="2026-11-01T03:00:00Z",
            run="night-1",
        )
        (later,) = after(night(1, OWN), night(2, replace(OWN, mailboxes=9))).tickets
        assert (later.key, later.opened, later.run) == (ticket.key, ticket.opened, "night-2")
        assert later.cause.mailboxes == 9

    def test_it_stands_open_waived_or_closed(self):
        ticket = after(night(1, OWN)).tickets[0]
        waived = replace(ticket, cause=replace(OWN, waived=WAIVED))
        made = (ticket, waived, replace(waived, closed="x"), replace(ticket, closed="x"))
        assert [each.state for each in made] == ["open", "waived", "closed", "closed"]

    def test_those_that_stand_so_are_picked(self):
        of = after(night(1, OWN, OF_PROFILE), night(2, OF_PROFILE))
        assert [each.cause for each in of.of("open")] == [OF_PROFILE]
        assert [each.cause for each in of.of("closed")] == [OWN]

    def test_a_waived_cause_opens_none_and_keeps_its_own(self):
        waived = replace(OWN, waived=WAIVED)
        of = after(night(1, waived))
        assert (of.tickets, of.without) == ((), 0)
        assert after(night(1, OWN), night(2, waived)).tickets[0].state == "waived"

    def test_causes_beyond_the_first_get_none(self, monkeypatch):
        monkeypatch.setattr(register, "MOST", 2)
        causes = [cause(APPROVAL, mailbox(number), 1, 1) for number in range(4)]
        of = after(night(1, *causes[:3], replace(causes[3], waived=WAIVED)))
        assert ([each.cause for each in of.tickets], of.without) == (causes[:2], 1)
        # What has a ticket keeps it wherever it stands.
        later = after(night(1, *causes[:2]), night(2, causes[2], causes[3], causes[0]))
        assert [each.cause for each in later.tickets[:3]] == [causes[2], causes[3], causes[0]]
        assert later.without == 0

    def test_a_ticket_speaks_of_each_rule_on_its_subject(self):
        ticket = after(night(1, replace(OWN, rules=(APPROVAL, UNTESTED)))).tickets[0]
        assert list(keys_of(ticket)) == [
            (APPROVAL, "mailbox", mailbox(1).id),
            (UNTESTED, "mailbox", mailbox(1).id),
        ]


LOST = SharedCause(code="graph.users:forbidden", source="graph.users")


def shared(count: int = 40, kind: str = "mailbox") -> Finding:
    affected = Affected(kind, count, 3, (mailbox(4),))  # type: ignore[arg-type]
    return finding(APPROVAL, ORGANIZATION, "undetermined", cause=LOST, affected=affected, shown=[])


CLOSED, STAYS = [("closed", False)], [("open", True)]
OPEN = finding(APPROVAL, mailbox(1), "undetermined")


class TestClosing:
    def test_a_cause_that_is_gone_is_closed_at_the_run(self):
        (ticket,) = after(night(1, OWN), night(2)).tickets
        assert (ticket.closed, ticket.run) == ("2026-11-02T03:00:00Z", "night-1")
        assert after(night(1, OWN), night(2), night(3)).tickets == (ticket,)

    def test_what_comes_back_is_open_again(self):
        (ticket,) = after(night(1, OWN), night(2), night(3, OWN)).tickets
        assert (ticket.state, ticket.opened) == ("open", "2026-11-01T03:00:00Z")

    @pytest.mark.parametrize(
        ("changed", "stands"),
        [
            ({}, CLOSED),
            ({"sources": READ[1:]}, STAYS),
            ({"sources": (replace(READ[0], status="partial"), READ[1])}, STAYS),
            ({"sources": (replace(READ[0], reason="Only some."), READ[1])}, STAYS),
            ({"sources": (READ[0], replace(READ[1], status="failed"))}, CLOSED),
            ({"rules": PASSED[1:]}, STAYS),
            ({"listed": (finding(APPROVAL, mailbox(1)),)}, STAYS),
            ({"listed": (finding(APPROVAL, mailbox(2)),)}, CLOSED),
            ({"listed": (OPEN,)}, STAYS),
            ({"listed": (replace(OPEN, subject=mailbox(2)),)}, CLOSED),
            ({"listed": (shared(),)}, STAYS),
            ({"listed": (shared(kind="profile"),)}, CLOSED),
            ({"rules": (result(APPROVAL, undetermined=1), *PASSED[1:])}, STAYS),
        ],
    )
    def test_only_where_everything_of_it_was_judged(self, changed, stands):
        assert states(after(night(1, OWN), night(2, **changed))) == stands

    def test_what_was_not_judged_is_closed_by_a_later_run(self):
        lost = night(2, sources=())
        assert states(after(night(1, OWN), lost, night(3))) == CLOSED
        assert states(after(night(1, OWN), lost, night(3, OWN))) == [("open", False)]

    @pytest.mark.parametrize(
        ("counted", "told", "stands"),
        [(1, 1, CLOSED), (2, 1, STAYS), (0, 1, CLOSED), (40, 40, CLOSED), (41, 40, STAYS)],
    )
    def test_findings_that_a_report_left_out_keep_it_open(self, counted, told, stands):
        affected = Affected("profile", told, 1, ())
        listed = (
            replace(OPEN, subject=mailbox(2))
            if told == 1
            else replace(shared(), affected=affected),
        )
        rules = (result(APPROVAL, undetermined=counted), *PASSED[1:])
        assert states(after(night(1, OWN), night(2, listed=listed, rules=rules))) == stands

    def test_a_waived_finding_is_none_of_those_that_are_counted(self):
        listed = (replace(OPEN, subject=mailbox(2), waived=WAIVED),)
        rules = (result(APPROVAL, undetermined=1), *PASSED[1:])
        assert states(after(night(1, OWN), night(2, listed=listed, rules=rules))) == STAYS

    @pytest.mark.parametrize(
        ("of", "sources", "stands"),
        [
            (OF_ALL, (), CLOSED),
            (OF_PROFILE, READ[1:], CLOSED),
            (OF_PROFILE, READ[:1], STAYS),
            (replace(OF_PROFILE, subject=replace(PROFILE, kind="email-system")), READ[1:], CLOSED),
            (replace(OF_PROFILE, subject=replace(PROFILE, kind="email-system")), READ[:1], STAYS),
            (replace(OF_ALL, subject=replace(ORGANIZATION, kind="tenant")), (), CLOSED),
        ],
    )
    def test_all_subjects_of_the_kind_must_be_known(self, of, sources, stands):
        assert states(after(night(1, of), night(2, sources=sources))) == stands

    def test_what_a_shared_cause_left_open_beside_it_keeps_nothing_open(self):
        rules = (result(APPROVAL, undetermined=40), *PASSED[1:])
        beside = night(1, OWN, listed=(shared(),), rules=rules)
        later = night(2, listed=(shared(),), rules=rules)
        assert states(after(beside, later)) == CLOSED

    def test_a_lost_night_is_no_memory_of_what_was_open(self):
        rules = (result(APPROVAL, undetermined=40), *PASSED[1:])
        lost = [night(number, listed=(shared(),), rules=rules) for number in (2, 3)]
        assert states(after(night(1, OWN), *lost)) == STAYS


class TestMemory:
    def test_the_register_is_of_the_run(self):
        of = after(night(1), night(2, OWN))
        assert (of.environment, of.run, of.started_at) == (
            "contoso", "night-2", "2026-11-02T03:00:00Z",
        )  # fmt: skip

    def test_what_was_left_open_is_kept_of_runs_that_open_tickets_name(self):
        of = after(night(1, OWN, listed=(shared(),)), night(2, OF_PROFILE, sources=()))
        assert set(of.left_open) == {"night-1", "night-2"}
        assert [each.count for each in of.left_open["night-1"]] == [40]
        assert set(after(night(1, OWN), night(2)).left_open) == set()

    @pytest.mark.parametrize(("days", "is_kept"), [(KEPT_DAYS, True), (KEPT_DAYS + 1, False)])
    def test_a_closed_ticket_goes_after_a_while(self, days, is_kept):
        closed = after(night(1, OWN), night(2, started_at="2026-01-01T00:00:00Z"))
        at = {90: "2026-04-01T00:00:00Z", 91: "2026-04-02T00:00:00Z"}[days]
        found, _ = renewed(night(3, started_at=at), closed)
        assert bool(found.tickets) is is_kept

    def test_an_open_one_stays_however_old(self):
        of = after(night(1, OWN), night(2, started_at="2030-01-01T00:00:00Z", sources=()))
        assert states(of) == STAYS

    @pytest.mark.parametrize("moment", ["someday", "0001-01-01T00:00:00Z"])
    def test_at_a_time_that_is_none_every_ticket_is_kept(self, moment):
        closed = after(night(1, OWN), night(2))
        found, _ = renewed(night(3, started_at=moment), closed)
        assert states(found) == CLOSED

    def test_findings_are_kept_that_tickets_speak_of(self):
        fails, other = finding(APPROVAL, mailbox(1)), finding(APPROVAL, mailbox(2))
        open_other = replace(OPEN, subject=mailbox(3))
        _, told = renewed(night(1, OWN, listed=(fails, other, open_other, shared())), None)
        assert dict(told.failing) == {(APPROVAL, "mailbox", mailbox(1).id): fails}
        assert told.undetermined == frozenset()
        assert dict(told.counts) == {APPROVAL: 41}
        assert [each.count for each in told.shared] == [40]
        _, told = renewed(night(1, OWN, listed=(OPEN,)), None)
        assert told.undetermined == {(APPROVAL, "mailbox", mailbox(1).id)}


class TestLoading:
    @staticmethod
    def written(directory: Path, **changed: Any) -> Audit:
        text = msgspec.json.encode(after(night(2, OWN))).decode()
        (directory / FILE).write_text(json.dumps({**json.loads(text), **changed}))
        return night(3)

    def test_it_reads_back(self, tmp_path):
        audit = self.written(tmp_path)
        assert load(tmp_path, audit) == after(night(2, OWN))

    def test_where_there_is_none_nothing_was_left(self, tmp_path):
        assert load(tmp_path, night(1)) is None

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"environment": "fabrikam"}, "the tickets of fabrikam; name another directory"),
            ({"started_at": "2026-11-03T03:00:01Z"}, r"of a later run \(2026-11-03T03:00:01Z\)"),
            ({"tickets": [{"key": "../x"}]}, "not what an earlier run wrote"),
            ({"version": "2"}, "not what an earlier run wrote"),
        ],
    )
    def test_one_that_cannot_be_is_refused(self, tmp_path, changed, words):
        audit = self.written(tmp_path, **changed)
        with pytest.raises(FileNotWritten, match=words):
            load(tmp_path, audit)

    def test_one_of_the_same_moment_is_taken(self, tmp_path):
        audit = self.written(tmp_path, started_at=night(3).started_at)
        assert load(tmp_path, audit) is not None

    def test_one_that_is_too_large_is_refused(self, tmp_path, monkeypatch):
        audit = self.written(tmp_path)
        size = (tmp_path / FILE).stat().st_size
        monkeypatch.setattr(register, "_LARGEST_BYTES", size)
        assert load(tmp_path, audit) is not None
        monkeypatch.setattr(register, "_LARGEST_BYTES", size - 1)
        with pytest.raises(FileNotWritten, match="too large"):
            load(tmp_path, audit)

    def test_one_that_cannot_be_read_says_why(self, tmp_path):
        (tmp_path / FILE).mkdir()
        with pytest.raises(FileNotWritten, match="directory"):
            load(tmp_path, night(1))
