"""Evidence that many mailboxes share becomes that of each, alike whether one or many are asked."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from auditor.judging.kept_rows import Rows
from auditor.judging.row_evidence import completed, resolve, resolved, resolvers
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.normalisation.mailbox.owners import Owners
from rules.evidence import OF_ITS_OWNER, OF_THE_SUBJECT, THE_SUBJECT, WHOLE_SOURCE, Evidence
from tests.auditor.rows import mailbox

EVERY_FIELD = MailboxRow.__struct_fields__
READ_AT = "2026-11-23T03:00:00Z"
MAILBOXES, USERS = "dynamics.mailboxes", "dynamics.systemusers"

OWN = Evidence(MAILBOXES, OF_THE_SUBJECT, "incomingemailstatus")
OWN_AS_ANOTHER_FACT_HAS_IT = Evidence(MAILBOXES, OF_THE_SUBJECT, "incomingemailstatus", 2)
DERIVED = Evidence(MAILBOXES, OF_THE_SUBJECT, "count of mailboxes", 3)
OF_THE_OWNER = Evidence(USERS, OF_ITS_OWNER, "internalemailaddress")
OWNER_DISABLED = Evidence(USERS, OF_ITS_OWNER, "isdisabled", value=True, read_at=READ_AT)
OF_A_PROFILE = Evidence("dynamics.emailserverprofiles", "profile-1", "servertype", 3, READ_AT)
IN_GRAPH = Evidence("graph.users", OF_THE_SUBJECT, "accountEnabled", value=False, read_at=READ_AT)
IN_AN_ALERT = Evidence("dynamics.tracelogs", OF_THE_SUBJECT, "regarding", THE_SUBJECT, READ_AT)
EVERY = [
    OWN,
    OWN_AS_ANOTHER_FACT_HAS_IT,
    DERIVED,
    OF_THE_OWNER,
    OWNER_DISABLED,
    OF_A_PROFILE,
    IN_GRAPH,
    IN_AN_ALERT,
]


def _facts() -> Any:
    owners = Owners()
    users = [UserRow("user-1", internalemailaddress="Ann@contoso.example"), UserRow("user-2")]
    owners.add_users(Page(users, READ_AT, ""))
    marks = SimpleNamespace(record_of=lambda evidence, id: "alert-1" if id.endswith("1") else None)
    return SimpleNamespace(owners=owners, flags=marks)


FACTS = _facts()

rows = st.builds(
    mailbox,
    st.sampled_from(["mailbox-1", "mailbox-2"]),
    emailaddress=st.sampled_from(["ann@contoso.example", None, UNSET]),
    regarding=st.sampled_from(["user-1", "user-2", "user-3", None, UNSET]),
    incomingemailstatus=st.sampled_from([1, 2, None, UNSET]),
)


@given(st.lists(rows, max_size=4), st.lists(st.sampled_from(EVERY), max_size=6))
def test_many_are_resolved_as_each_by_itself(several: list[MailboxRow], shared: list[Evidence]):
    how = resolvers(shared, FACTS)
    names = [name for each in how for name in each.names]
    columns = {name: [getattr(row, name) for row in several] for name in EVERY_FIELD}
    told = completed(Rows(columns, [READ_AT] * len(several)), names, FACTS)
    alone = [
        tuple(dict.fromkeys(resolve(each, row, READ_AT, FACTS) for each in shared))
        for row in several
    ]
    assert list(resolved(how, told)) == alone


def test_each_kind_of_evidence_names_its_own_record_and_value():
    row = mailbox(
        "mailbox-1",
        emailaddress="ann@contoso.example",
        regarding="user-1",
        incomingemailstatus=2,
    )
    assert [resolve(each, row, READ_AT, FACTS) for each in EVERY[2:]] == [
        Evidence(MAILBOXES, "mailbox-1", "count of mailboxes", 3, READ_AT),
        Evidence(USERS, "user-1", "internalemailaddress", "ann@contoso.example"),
        Evidence(USERS, "user-1", "isdisabled", value=True, read_at=READ_AT),
        replace(OF_A_PROFILE, label="Exchange Online (Hybrid)"),
        Evidence("graph.users", "ann@contoso.example", "accountEnabled", False, READ_AT),
        Evidence("dynamics.tracelogs", "alert-1", "regarding", "mailbox-1", READ_AT),
    ]
    shown = Evidence(MAILBOXES, "mailbox-1", "incomingemailstatus", 2, READ_AT, "Failure")
    assert {resolve(each, row, READ_AT, FACTS) for each in EVERY[:2]} == {shown}


def test_the_id_of_an_owner_is_its_own():
    row = mailbox("mailbox-1", emailaddress=None, regarding="user-1")
    shown = resolve(Evidence(USERS, OF_ITS_OWNER, "systemuserid"), row, READ_AT, FACTS)
    assert (shown.record, shown.value) == ("user-1", "user-1")


def test_what_has_no_record_of_its_own_stands_in_the_whole_source():
    row = mailbox("mailbox-2", emailaddress=None, regarding=None)
    for each in (OF_THE_OWNER, IN_GRAPH, IN_AN_ALERT):
        assert resolve(each, row, READ_AT, FACTS).record == WHOLE_SOURCE
