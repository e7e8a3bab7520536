"""Addresses that several environments synchronize, from their tables to each one's report."""

import datetime
import io
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import audit
from auditor.findings.waivers import Waivers
from auditor.fleet.compared_environments import ADDRESS, RULES
from auditor.fleet.comparison import Comparison, Sharing
from auditor.fleet.kept_audits import KeptAudits
from auditor.fleet.settled import Settled
from auditor.model import Audit
from auditor.reports import json_report
from auditor.request import Waiver
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.arithmetic import faults
from tests.auditor.recorded import READ_AT, Recorded, request

APPOINTMENTS = "another-organization-synchronizes"
SANDBOX = "sandbox-shares-address-with-production"
OFF = {
    "incomingemaildeliverymethod": 0,
    "outgoingemaildeliverymethod": 0,
    "actdeliverymethod": 0,
}
MAILBOXES = "dynamics.mailboxes"


class Given(Struct):
    """One environment: its records, and where they are."""

    outside: Recorded
    url: str = ""
    waivers: tuple[Waiver, ...] = ()


def box(number: int, address: str, **changes: Any) -> Any:
    return rows.mailbox(f"{number:08}-0000-4000-8000-000000000000", emailaddress=address, **changes)


def of(name: str, *mailboxes: Any, kind: str = "Customer", id: str = "") -> Given:
    organization = replace(rows.organization(), organizationid=id or f"organization-{name}")
    detail = rows.detail(OrganizationId=id or f"organization-{name}", OrganizationType=kind)
    outside = rows.tables(mailboxes, settings=organization, of=detail)
    return Given(outside, f"https://{name}.crm.dynamics.example")


def settled(environments: Mapping[str, Given], missing: tuple[str, ...] = ()) -> dict[str, Audit]:
    """The audits of all, each with what the comparison settles."""
    found: dict[str, Audit] = {}
    with Comparison([*environments, *missing]) as comparison, KeptAudits() as audits:
        kept = {}
        requests = {}
        for name, given in environments.items():
            requests[name] = replace(
                request(tuple(RULES_ASKED), {}),
                environment=name,
                url=given.url,
                waivers=given.waivers,
            )
            take = comparison.taking(name, given.url)
            kept[name] = audits.keep(audit(requests[name], given.outside, lambda: READ_AT, take))
        comparison.compare()
        for name, made in kept.items():
            settlement = comparison.settlement(name)
            own = requests[name]
            found[name] = made()
            if settlement is not None:
                waivers = lambda own=own: Waivers(own.waivers, own.environment, own.as_of)  # noqa: E731
                found[name] = Settled(found[name], settlement, waivers).audit()
            # What is streamed is in files that are closed at the end of this block.
            found[name] = held(found[name])
        settled.sharing = comparison.sharing  # type: ignore[attr-defined]
    return found


def held(of: Audit) -> Audit:
    findings, causes, mailboxes = list(of.findings()), list(of.causes()), list(of.mailboxes())
    return replace(
        of,
        findings=lambda: iter(findings),
        causes=lambda: iter(causes),
        mailboxes=lambda: iter(mailboxes),
    )


RULES_ASKED = catalogue()


def own(found: Audit, rule: str) -> list[tuple[str, str]]:
    return [(e.verdict, e.subject.address) for e in found.findings() if e.rule == rule]


def counts(found: Audit, rule: str) -> Any:
    (result,) = (each for each in found.rules if each.rule.id == rule)
    return result.counts


def report(found: Audit) -> dict[str, Any]:
    out = io.BytesIO()
    json_report.write(found, out)
    return dict(json.loads(out.getvalue()))


def test_an_address_of_two_environments_fails_in_both_with_evidence_of_both() -> None:
    found = settled(
        {
            "production": of("production", box(1, "ann@x.example"), box(2, "ben@x.example")),
            "sandbox": of(
                "sandbox", box(9, " Ann@X.example"), box(8, "cid@x.example"), kind="CustomerTest"
            ),
        }
    )
    (finding,) = (each for each in found["production"].findings() if each.rule == ADDRESS)
    assert finding.message == "The address also synchronizes in sandbox."
    assert (finding.subject.name, finding.subject.id[:8]) == (box(1, "").name, "00000001")
    own_evidence, other = finding.evidence
    assert not own_evidence.environment
    assert (other.environment, other.record[:8], other.value) == (
        "sandbox",
        "00000009",
        " Ann@X.example",
    )
    assert own(found["sandbox"], ADDRESS) == [("fail", " Ann@X.example")]
    assert own(found["production"], SANDBOX) == []
    assert own(found["sandbox"], SANDBOX) == [("fail", " Ann@X.example")]
    assert counts(found["production"], ADDRESS).passed == 1
    assert settled.sharing == (Sharing(("production", "sandbox"), 1),)  # type: ignore[attr-defined]
    for each in found.values():
        assert faults(report(each)) == []


def test_what_does_not_synchronize_there_is_not_shared() -> None:
    found = settled(
        {
            "a": of("a", box(1, "ann@x.example"), box(2, "ben@x.example")),
            "b": of("b", box(1, "ann@x.example", **OFF), box(2, "ben@x.example", statecode=1)),
        }
    )
    assert own(found["a"], ADDRESS) == own(found["b"], ADDRESS) == []
    assert counts(found["a"], ADDRESS).passed == 2


def test_an_address_in_the_recent_mode_of_gmail_is_the_address_itself() -> None:
    found = settled(
        {
            "a": of("a", box(1, "recent:ann@gmail.example"), box(2, "Ann@gmail.example")),
            "b": of("b", box(3, "ann@gmail.example")),
        }
    )
    assert len(own(found["a"], ADDRESS)) == 2
    assert own(found["b"], ADDRESS) == [("fail", "ann@gmail.example")]
    assert counts(found["a"], "duplicate-address").fail == 2


def test_email_alone_is_no_matter_of_appointments() -> None:
    email = {"actdeliverymethod": 0}
    found = settled(
        {"a": of("a", box(1, "ann@x.example")), "b": of("b", box(2, "ann@x.example", **email))}
    )
    assert own(found["a"], ADDRESS) == [("fail", "ann@x.example")]
    assert counts(found["a"], APPOINTMENTS).fail == 0


def test_one_that_was_not_read_leaves_the_others_open_and_hides_no_failure() -> None:
    found = settled(
        {
            "a": of("a", box(1, "ann@x.example"), box(2, "ben@x.example")),
            "b": of("b", box(3, "ann@x.example")),
        },
        missing=("c",),
    )
    fail, shared = sorted(
        (each for each in found["a"].findings() if each.rule == ADDRESS), key=lambda e: e.verdict
    )
    assert (fail.verdict, fail.subject.address) == ("fail", "ann@x.example")
    assert (shared.verdict, shared.affected and shared.affected.count) == ("undetermined", 1)
    assert "c could not be compared" in shared.message
    assert counts(found["a"], ADDRESS).passed == 0
    for each in found.values():
        assert faults(report(each)) == []


def test_a_table_that_was_read_in_part_is_no_proof_of_absence() -> None:
    half = of("b", box(1, "ann@x.example"), box(2, "ben@x.example"))
    half.outside = half.outside.partial(MAILBOXES)
    found = settled({"a": of("a", box(3, "cid@x.example")), "b": half})
    assert [verdict for verdict, _ in own(found["a"], ADDRESS)] == ["undetermined"]
    assert counts(found["a"], ADDRESS).passed == 0


def test_a_mailbox_of_which_it_is_unknown_whether_it_synchronizes_leaves_its_address_open() -> None:
    odd = {"incomingemaildeliverymethod": 9, "outgoingemaildeliverymethod": 0}
    found = settled(
        {
            "a": of("a", box(1, "ann@x.example"), box(2, "ben@x.example")),
            "b": of("b", box(3, "ann@x.example", actdeliverymethod=0, **odd)),
        }
    )
    assert own(found["a"], ADDRESS) == [("undetermined", "ann@x.example")]
    assert counts(found["a"], ADDRESS).passed == 1


def test_one_organisation_under_two_names_shares_nothing_with_itself() -> None:
    one, again = (of("a", box(1, "ann@x.example"), id="o-1") for _ in range(2))
    found = settled({"a": one, "again": again})
    assert own(found["a"], ADDRESS) == []
    assert counts(found["a"], ADDRESS).passed == 1
    elsewhere = of("b", box(1, "ann@x.example"), id="o-1")
    found = settled({"a": one, "b": elsewhere})
    assert [verdict for verdict, _ in own(found["a"], ADDRESS)] == ["undetermined"]


@pytest.mark.parametrize("subject", [None, "mailbox:ann@*"])
def test_a_waiver_covers_it(subject: str | None) -> None:
    waiver = Waiver(ADDRESS, "agreed", datetime.date(2027, 1, 1), subject=subject)
    one = of("a", box(1, "ann@x.example"), box(2, "ben@x.example"))
    one.waivers = (waiver,)
    found = settled({"a": one, "b": of("b", box(3, "ann@x.example"))})
    (finding,) = (each for each in found["a"].findings() if each.rule == ADDRESS)
    assert finding.waived
    told = counts(found["a"], ADDRESS)
    assert (told.waived, told.fail, told.passed) == (1, 0, 1)
    assert not any("covers no finding" in each for each in found["a"].notes)
    assert faults(report(found["a"])) == []


def pairs(seed: int) -> Iterator[tuple[str, list[Any]]]:
    chance = random.Random(seed)
    for name in ("a", "b", "c")[: chance.choice((2, 2, 3))]:
        mailboxes = []
        for number in range(chance.randrange(8)):
            address = f"{chance.choice('pqrstu')}@{chance.choice(('x', 'X', 'y'))}.example"
            changes = dict(OFF) if chance.random() < 0.3 else {}
            mailboxes.append(box(number, address, **changes))
        yield name, mailboxes


@pytest.mark.parametrize("seed", range(25))
def test_it_fails_exactly_where_another_environment_synchronizes_the_address(seed: int) -> None:
    given = dict(pairs(seed))
    in_use = {
        name: {each.emailaddress.lower() for each in boxes if each.actdeliverymethod}
        for name, boxes in given.items()
    }
    found = settled({name: of(name, *boxes) for name, boxes in given.items()})
    for name, boxes in given.items():
        others = set().union(*(each for other, each in in_use.items() if other != name))
        expected = [
            ("fail", each.emailaddress)
            for each in boxes
            if each.actdeliverymethod and each.emailaddress.lower() in others
        ]
        assert own(found[name], ADDRESS) == expected
        assert faults(report(found[name])) == []


def test_alone_nothing_is_said() -> None:
    asked = request(RULES_ASKED, {})
    found = audit(asked, of("a", box(1, "ann@x.example")).outside, lambda: READ_AT)
    assert counts(found, ADDRESS).not_applicable == 1


def test_every_rule_that_is_settled_asks_for_what_other_environments_do() -> None:
    assert set(RULES) <= {each.id for each in catalogue()}
