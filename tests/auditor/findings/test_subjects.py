"""What findings are about: each kind with its name and its page in Dynamics 365."""

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import UNSET

from auditor.findings.subjects import NAMED_BY, Subjects
from auditor.model import Subject

OWN: Any = SimpleNamespace(id="o-1", name="Contoso")
SUBJECTS = Subjects("https://crm.example/", OWN)
PAGE = "https://crm.example/main.aspx?etn={}&pagetype=entityrecord&id=%7B{}%7D"
ORGANIZATION = Subject("organization", "o-1", "Contoso", "", "https://crm.example")


def judged(kind: str) -> Any:
    return SimpleNamespace(rule=SimpleNamespace(subject=kind), id="i", name="N")


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("organization", ORGANIZATION),
        ("profile", Subject("profile", "i", "N", "", PAGE.format("emailserverprofile", "i"))),
        ("email-system", Subject("email-system", "i", "N")),
        ("tenant", Subject("tenant", "i", "N")),
    ],
)
def test_a_verdict_is_about_its_subject(kind, subject):
    assert SUBJECTS.of(judged(kind)) == subject


@pytest.mark.parametrize("missing", [None, UNSET, ""])
def test_a_mailbox_may_have_no_name_and_no_address(missing):
    url = PAGE.format("mailbox", "m")
    assert SUBJECTS.mailbox("m", "Anna", "a@x") == Subject("mailbox", "m", "Anna", "a@x", url)
    assert SUBJECTS.mailbox("m", missing, missing) == Subject("mailbox", "m", "", "", url)


def test_mailboxes_come_in_the_order_of_their_rows():
    columns = dict(zip(NAMED_BY, (["m", "n"], ["A", None], ["a@x", "b@x"]), strict=True))
    rows: Any = SimpleNamespace(columns=columns)
    assert [(each.id, each.name, each.address) for each in SUBJECTS.mailboxes(rows)] == [
        ("m", "A", "a@x"), ("n", "", "b@x"),
    ]  # fmt: skip
