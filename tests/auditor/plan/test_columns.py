"""What an administrator can change: the values that each form takes, and their words."""

import pytest

from auditor.plan.columns import KINDS, Column, column, columns
from auditor.usage import UsageProblem


def of(form: str, **changed: object) -> Column:
    labels = {0: "None", 2: "Server-Side Synchronization"} if form == "choice" else {}
    usual = {"kind": "profile", "source": "s", "name": "_x_value", "field": "x", "words": "X"}
    return Column(**{**usual, "form": form, "labels": labels, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("flag", "Yes", True), ("flag", " true ", True), ("flag", "on", True),
        ("flag", "no", False), ("flag", "FALSE", False), ("flag", "off", False),
        ("choice", "0", 0), ("choice", "2", 2), ("choice", "none", 0),
        ("choice", "server side synchronization", 2),
        ("number", "0", 0), ("number", "1,440", 1440), ("number", "2147483647", 2**31 - 1),
        ("moment", "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"),
        ("text", " Abc ", "Abc"), ("profile", "Own", "Own"),
        ("number", "", None), ("text", "null", None), ("moment", "Empty", None),
    ],
)  # fmt: skip
def test_a_text_names_a_value(form, text, value):
    found = of(form).parse(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("flag", "maybe", "it is yes or no"),
        ("choice", "1", r"it is one of 0 \(None\), 2 \(Server-Side Synchronization\)"),
        ("choice", "other", "it is one of"),
        ("number", "2147483648", "it is a whole number from 0 to 2,147,483,647, or empty"),
        ("number", "-1", "a whole number"),
        ("number", "123456789012", "a whole number"),
        ("number", "٣", "a whole number"),
        ("moment", "tomorrow", "it is a time such as 2026-11-23T03:00:00Z, or empty"),
    ],
)
def test_another_one_is_refused_with_those_that_can_be(form, text, said):
    with pytest.raises(UsageProblem, match=said) as refusal:
        of(form).parse(text)
    assert str(refusal.value).startswith(f"profile._x_value cannot be {text!r}; ")


@pytest.mark.parametrize(("number", "can_be"), [(4, False), (5, True), (9, True), (10, False)])
def test_a_number_has_a_range(number, can_be):
    bounded = of("number", least=5, most=9)
    if can_be:
        assert bounded.parse(str(number)) == number
    else:
        with pytest.raises(UsageProblem, match="from 5 to 9"):
            bounded.parse(str(number))


def test_a_text_has_a_length():
    bounded = of("text", most=3)
    assert bounded.parse("abc") == "abc"
    with pytest.raises(UsageProblem, match="a text of at most 3 characters, or empty"):
        bounded.parse("abcd")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("text", "it is a text of at most 2,147,483,647 characters"),
        ("number", "it is a whole number from 0 to 2,147,483,647"),
        ("moment", "it is a time such as 2026-11-23T03:00:00Z"),
        ("profile", "it is the name or id of an email server profile"),
    ],
)
def test_what_is_required_cannot_be_empty(form, said):
    assert of(form, required=True).possible() == said
    assert of(form).possible() == f"{said}, or empty"
    for empty in ("", "  "):
        with pytest.raises(UsageProblem):
            of(form, required=True).parse(empty)
        assert of(form).parse(empty) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "empty"), (True, "Yes"), (False, "No"), (2, "Server-Side Synchronization (2)"),
        (0, "None (0)"), (1, "1"), ("a", "a"),
    ],
)  # fmt: skip
def test_a_value_is_shown_in_the_words_of_the_form(value, said):
    assert of("choice").shown(value) == said


def test_a_lookup_goes_by_its_logical_name():
    assert of("profile").logical_name == "x"
    assert column("mailbox", " EmailServerProfile ").name == "_emailserverprofile_value"
    assert column("mailbox", "_emailserverprofile_value").form == "profile"


def test_each_kind_has_its_columns():
    for kind in KINDS:
        assert {each.kind for each in columns(kind).values()} == {kind}
    assert columns("other") == {}
    port = columns("profile")["incomingportnumber"]
    assert (port.least, port.most, port.required, port.labels) == (1, 65_535, False, {})
    assert port.words == "Incoming Port"
    assert columns("tenant")["EwsEnabled"].words == "EwsEnabled (Set-OrganizationConfig)"


def test_flags_choices_names_and_states_are_required():
    own = columns("profile")
    assert [own[each].required for each in ("useautodiscover", "servertype", "name")] == [True] * 3
    assert own["statecode"].required
    assert not own["incomingserverlocation"].required


def test_what_dynamics_writes_itself_cannot_be_set():
    with pytest.raises(UsageProblem, match=r"mailbox\.versionnumber|is written by Dynamics 365"):
        column("mailbox", "incomingemailstatus")


def test_an_unknown_column_is_refused_with_a_near_one():
    with pytest.raises(UsageProblem, match="emailaddress") as refusal:
        column("mailbox", "emailadress")
    assert "is written by" not in str(refusal.value)
