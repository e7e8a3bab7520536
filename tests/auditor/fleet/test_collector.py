"""A row for each environment, in the order of need; what several share is counted once."""

from itertools import permutations

from msgspec.structs import replace

from auditor.fleet.collector import Collector
from auditor.model import RootCause, Subject
from tests.auditor.reports.audits import audit_of, cause, of_causes

NOW = "2026-11-29T03:00:00Z"


def of(name: str, *causes: RootCause, tenant: str | None = "t1", complete: bool = True):
    audit = audit_of(**of_causes(*causes)) if causes else audit_of()
    environment = replace(audit.environment, name=name, tenant_id=tenant)
    return replace(audit, environment=environment, complete=complete)


def test_the_first_cause_and_the_standing_are_those_of_the_audit() -> None:
    collector = Collector({"a": {"stage": "production"}})
    audit = of("a")
    collector.add(audit, 1, "a.html")
    (row,) = collector.overview(NOW).rows
    first = next(iter(audit.causes()))
    assert row.first_cause is not None
    assert (row.first_cause.subject, row.first_cause.repairs) == (first.subject, first.repairs)
    assert row.standing == audit.summary.standing
    assert (row.report, row.exit_code, row.labels) == ("a.html", 1, {"stage": "production"})
    assert row.changed is None, "without a run before, nothing is known to have changed"


def test_broken_mailboxes_come_first_and_incomplete_ones_before_complete_ones() -> None:
    collector = Collector()
    for name, broken, complete in (("a", 0, True), ("b", 0, False), ("c", 9, True)):
        audit = of(name, complete=complete)
        standing = replace(audit.summary.standing, broken=broken)
        collector.add(replace(audit, summary=replace(audit.summary, standing=standing)), 0)
    collector.fail("d", 75, "another run")
    overview = collector.overview(NOW)
    assert [row.environment for row in overview.rows] == ["c", "b", "d", "a"]


def test_rows_of_one_label_stand_together() -> None:
    collector = Collector({"a": {"customer": "z"}, "b": {"customer": "k"}, "c": {"customer": "z"}})
    for name in "abc":
        collector.add(of(name), 0)
    rows = collector.overview(NOW, "customer").rows
    assert [row.environment for row in rows] == ["b", "a", "c"]


def test_a_switch_of_one_tenant_is_one_cause_in_all_its_environments() -> None:
    switch = cause("duplicate-address", Subject("tenant", ""), 5, 5)
    collector = Collector()
    collector.add(of("production", switch), 1)
    collector.add(of("sandbox", switch), 1)
    collector.add(of("elsewhere", switch, tenant="t2"), 1)
    collector.add(of("unknown", switch, tenant=None), 1)
    (shared,) = collector.overview(NOW).shared_causes
    assert shared.environments == ("production", "sandbox")
    assert shared.cause.rules == ("duplicate-address",)


def test_one_mail_server_is_one_cause_whatever_the_tenant() -> None:
    server = cause("duplicate-address", Subject("email-system", "pop.contoso.example:995"), 2, 2)
    profile = cause("duplicate-address", Subject("profile", "p1"), 2, 2)
    collector = Collector()
    collector.add(of("a", server, profile, tenant="t1"), 1)
    collector.add(of("b", server, profile, tenant="t2"), 1)
    (shared,) = collector.overview(NOW).shared_causes
    assert shared.cause.subject.id == "pop.contoso.example:995"


def test_whichever_audit_ends_first_the_page_is_the_same() -> None:
    one, two = (Subject("email-system", f"{name}.contoso.example:995") for name in ("a", "b"))
    audits = [
        of(name, *(cause("duplicate-address", each, count, count) for each in (one, two)))
        for count, name in enumerate("abc", 1)
    ]
    pages = []
    for order in permutations(audits):
        collector = Collector()
        for audit in order:
            collector.add(audit, 1)
        pages.append(collector.overview(NOW))
    assert pages == [pages[0]] * 6
    assert [each.cause.mailboxes for each in pages[0].shared_causes] == [1, 1]
    assert pages[0].shared_causes[0].environments == ("a", "b", "c")


def test_an_environment_whose_audit_had_not_ended_has_its_row() -> None:
    collector = Collector({"a": {}, "b": {"stage": "production"}})
    collector.add(of("a", complete=True), 0)
    overview = collector.overview(NOW)
    (waiting,) = (row for row in overview.rows if row.environment == "b")
    assert (waiting.complete, waiting.standing, waiting.labels) == (
        False,
        None,
        {"stage": "production"},
    )
    assert waiting.problem == "Its audit did not come to its end."
    assert overview.incomplete == 1


def test_the_first_cause_is_that_of_the_report_once_environments_were_compared() -> None:
    found = cause("address-in-several-environments", Subject("mailbox", "m1"), 0, 0)
    collector = Collector()
    collector.add(replace(of("a"), causes=lambda: iter(())), 0)
    collector.settle("a", 1, None, of("a", found))
    (row,) = collector.overview(NOW).rows
    assert row.first_cause is not None
    assert (row.first_cause.rules, row.exit_code) == (found.rules, 1)
    collector.settle("a", 2, None)
    (row,) = collector.overview(NOW).rows
    assert row.first_cause is not None
    assert row.exit_code == 2
