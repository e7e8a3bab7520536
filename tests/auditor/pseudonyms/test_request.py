"""What is asked of an audit with pseudonyms: names, hosts, and waivers by what they cover."""

import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Finding, Waived
from auditor.pseudonyms.request import redacted
from auditor.request import Waiver
from connectors.normalisation.declared import Declarations
from tests.auditor.recorded import request
from tests.auditor.reports.audits import APPROVAL, FAILING, PROFILE, audit_of, finding, mailbox

WAIVED = Waived("why", "2027-01-01")
WAIVER = Waiver(APPROVAL, "CHG-1", datetime.date(2027, 1, 1))


class Pseudonyms:
    """Each kind of pseudonym says what it was made of."""

    def name(self, of: str) -> str:
        return f"name({of})"

    def location(self, of: str) -> str:
        return f"location({of})"

    def guid(self, of: str) -> str:
        return f"guid({of})"


def asked(*waivers: Waiver, found: tuple[Finding, ...] = (), **changed: Any) -> Any:
    of = replace(request((), {}), environment="contoso", url="https://x", waivers=waivers)
    return redacted(replace(of, **changed), audit_of(found), Pseudonyms())  # type: ignore[arg-type]


def test_the_environment_has_a_pseudonym():
    of = asked()
    assert (of.environment, of.url, of.waivers) == ("name(contoso)", "location(https://x)", ())


def test_hosts_that_are_declared_have_them_too():
    given = replace(
        request((), {}).declarations,
        values={"hosts": ["a", "b"], "others": ("c",), "exchange_online": True, "word": "d"},
        builds={"a": (15, 1)},
        providers={"b": "gmail"},
    )
    of: Declarations = asked(declarations=given).declarations
    assert of.values == {
        "hosts": ("location(a)", "location(b)"), "others": ("location(c)",),
        "exchange_online": True, "word": "d",
    }  # fmt: skip
    assert of.builds == {"location(a)": (15, 1)}
    assert of.providers == {"location(b)": "gmail"}


def test_a_waiver_of_everything_stays_one_without_names():
    full = replace(WAIVER, owner="Anna", ticket="T-1", environment="contoso")
    (waiver,) = asked(full).waivers
    assert waiver == replace(
        WAIVER, reason="name(CHG-1)", owner="name(Anna)", ticket="name(T-1)", environment=None
    )
    (waiver,) = asked(WAIVER).waivers
    assert (waiver.owner, waiver.ticket) == (None, None)


def test_one_of_another_environment_goes():
    assert asked(replace(WAIVER, environment="fabrikam")).waivers == ()


def covered(rule: str, subject: Any, waived: Waived | None = WAIVED) -> Finding:
    return finding(rule, subject, waived=waived)


def test_one_of_subjects_is_one_of_each_that_it_covers():
    found = (
        covered(APPROVAL, mailbox(2)),
        covered(APPROVAL, mailbox(1)),
        covered(APPROVAL, mailbox(3), None),
        covered(APPROVAL, PROFILE),
        covered(FAILING, mailbox(4)),
    )
    waivers = asked(replace(WAIVER, subject="mailbox:*"), found=found).waivers
    assert [each.subject for each in waivers] == [
        f"mailbox:guid({mailbox(1).id})", f"mailbox:guid({mailbox(2).id})",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "id", "named"),
    [
        ("email-system", "mail.x:993", "email-system:location(mail.x:993)"),
        ("organization", "", "organization:*"),
        ("profile", "p-1", "profile:guid(p-1)"),
    ],
)
def test_each_kind_of_subject_goes_by_its_pseudonym(kind, id, named):
    found = (covered(APPROVAL, replace(PROFILE, kind=kind, id=id)),)
    (waiver,) = asked(replace(WAIVER, subject=f"{kind}:*"), found=found).waivers
    assert waiver.subject == named
