"""What `--set` and `--move` ask for: their shape, the profile that a name means, what was met."""

from types import SimpleNamespace
from typing import Any

import pytest

from auditor.plan.asked import MOVE_SHAPE, SHAPE, Asked, check_met, profile_names
from auditor.plan.edits import Edit
from auditor.usage import UsageProblem
from tests.auditor import rows

NAMES = {"p-1": "Sales", "p-2": "Support", "p-3": "support"}


def edit(*sets: str, moves: tuple[str, ...] = ()) -> Edit:
    (found,) = Asked(sets, moves).edits(NAMES)
    return found


@pytest.mark.parametrize(
    ("text", "kind", "name", "glob", "value"),
    [
        ("profile:Own.useautodiscover=yes", "profile", "useautodiscover", "Own", True),
        ("MAILBOX:a.b@x.statecode=1", "mailbox", "statecode", "a.b@x", 1),
        ("organization.trackingprefix=A=B", "organization", "trackingprefix", "*", "A=B"),
        ("tenant.EwsEnabled=no", "tenant", "EwsEnabled", "*", False),
    ],
)
def test_a_setting_names_its_records_its_column_and_its_value(text, kind, name, glob, value):
    found = edit(text)
    assert (found.column.kind, found.column.name) == (kind, name)
    assert (found.glob, found.value) == (glob, value)


@pytest.mark.parametrize(
    "text",
    [
        "profile:Own.useautodiscover", "profile=yes", "queue:a.name=b", "profile.name=b",
        "profile:.name=b", "organization:x.trackingprefix=b", "",
    ],
)  # fmt: skip
def test_another_shape_is_refused(text):
    with pytest.raises(UsageProblem) as refusal:
        Asked([text], [])
    assert str(refusal.value) == f"{SHAPE}, not {text!r}"


@pytest.mark.parametrize(
    "text",
    [
        "mailbox:a", "profile:a=profile:b", "mailbox:a=mailbox:b", "mailbox:=profile:b",
        "mailbox:a=profile:", "mailbox:a=b",
    ],
)  # fmt: skip
def test_a_move_of_another_shape_is_refused(text):
    with pytest.raises(UsageProblem) as refusal:
        Asked([], [text])
    assert str(refusal.value) == f"{MOVE_SHAPE}, not {text!r}"


@pytest.mark.parametrize(
    ("name", "id"), [("Sales", "p-1"), ("SALES", "p-1"), ("p-2", "p-2"), ("Sal*", "p-1")]
)
def test_a_mailbox_moves_to_the_profile_of_that_name(name, id):
    found = edit(moves=(f"mailbox:a*=profile:{name}",))
    assert (found.column.name, found.glob, found.value) == ("_emailserverprofile_value", "a*", id)


def test_no_profile_is_none():
    assert edit("mailbox:a.emailserverprofile=").value is None


def test_a_name_of_several_profiles_is_refused():
    with pytest.raises(
        UsageProblem, match="2 profiles have the name 'support'; give one id of p-2, p-3"
    ):
        edit(moves=("mailbox:a=profile:support",))
    with pytest.raises(UsageProblem, match=r"3 profiles have the name 'S\*'"):
        edit(moves=("mailbox:a=profile:S*",))


def test_a_name_of_no_profile_is_refused():
    with pytest.raises(UsageProblem, match=r"there is no profile 'Other'; .*Sales"):
        edit(moves=("mailbox:a=profile:Other",))


def changed(text: str, met: int, absent: tuple[int, ...] = ()) -> Any:
    edits = Asked([text], []).edits(NAMES)
    return SimpleNamespace(edits=edits, met=[met], absent=absent)


def test_an_edit_that_met_records_is_one():
    check_met(changed("profile:Own.name=b", 1))


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (changed("profile:Own.name=b", 1, (0,)), "profile.name was not answered"),
        (changed("tenant.EwsEnabled=no", 0), "tenant.EwsEnabled was not read: the source"),
        (
            changed("profile:Own.name=b", 0),
            "no profile that was read has the name, address or id 'Own'",
        ),
    ],
)
def test_one_that_met_none_is_refused(of, said):
    with pytest.raises(UsageProblem) as refusal:
        check_met(of)
    assert str(refusal.value).startswith(said)


def test_names_come_from_the_profiles_of_a_snapshot():
    listed = [rows.profile("p-1", name="Sales"), rows.profile("p-2", name=None)]

    class Snapshot:
        def open(self, reader: Any, before: Any) -> Any:
            assert reader.source == "dynamics.emailserverprofiles"
            return [SimpleNamespace(rows=listed[:1]), SimpleNamespace(rows=listed[1:])]

    assert profile_names(Snapshot()) == {"p-1": "Sales", "p-2": ""}  # type: ignore[arg-type]
