"""Records that causes and evidence tell by id are known by their names too."""

import pytest

from auditor.audit import audit
from auditor.judging.record_codes import rests_on
from auditor.model import Audit
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, request

RULE = "manual-tracking-over-pop3"


def audited(*profiles: ProfileRow) -> Audit:
    (rule,) = (each for each in catalogue() if each.id == RULE)
    mailbox = rows.mailbox(profile=profiles[0].emailserverprofileid)
    asked = request((rule,), {})
    return audit(asked, rows.tables([mailbox], profiles=profiles), lambda: READ_AT)


def test_a_cause_that_rests_on_a_profile_can_be_told_by_the_profiles_name():
    found = audited(rows.profile("p-1", name="Sales", servertype=9))
    ((cause),) = {each.cause for each in found.findings()} - {None}
    assert cause.code == "dynamics.emailserverprofiles:record-p-1-servertype"
    assert found.names["p-1"] == "Sales"
    assert found.names["organization-1"] == "contoso"


def test_profiles_of_one_name_are_told_apart_by_their_ids():
    found = audited(rows.profile("p-1", name="Sales"), rows.profile("p-2", name="Sales"))
    assert (found.names["p-1"], found.names["p-2"]) == ("Sales (p-1)", "Sales (p-2)")


def test_a_record_without_a_name_has_none():
    assert "p-1" not in audited(rows.profile("p-1", name=None)).names


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("record-4f92-91-servertype", ("4f92-91", "servertype")),
        ("record-mail.contoso.example:443-ServerVersionInfo",
         ("mail.contoso.example:443", "ServerVersionInfo")),
        ("not-configured", None),
        ("record-", None),
    ],
)  # fmt: skip
def test_the_code_of_a_cause_says_which_record_and_field_it_rests_on(code, place):
    assert rests_on(code) == place
