"""A table becomes a section, or every reason why it is none is told at its own key."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import Struct, field

from auditor.configuration import ConfigurationError, forms
from auditor.configuration.decoding import REFUSED, decode, suggest
from auditor.configuration.model import Given
from auditor.configuration.problems import Problems


class Inner(Struct, frozen=True):
    word: Annotated[str, forms.SAID]


class Named(Struct, frozen=True, kw_only=True):
    name: Annotated[str, Given]
    size: int = 1


class Whole(Struct, frozen=True, kw_only=True):
    origin: Annotated[str, Given]
    text: str | None = None
    flag: bool = False
    count: int | None = None
    day: date | None = None
    kind: Literal["one", "two"] | None = None
    hosts: tuple[Annotated[str, forms.HOST], ...] = ()
    inner: Inner | None = None
    named: dict[Annotated[str, forms.NAME], Named] = field(default_factory=dict)
    builds: dict[Annotated[str, forms.HOST], Annotated[str, forms.BUILD]] = field(
        default_factory=dict
    )


class Lacking(Struct, frozen=True, kw_only=True):
    day: date
    host: Annotated[str, forms.HOST]
    hosts: tuple[Annotated[str, forms.HOST], ...]
    counts: tuple[int, ...]
    auth: Inner


def read(kind: type[Struct] = Whole, /, **table: Any) -> Any:
    """What a table is decoded to, and what is told of it."""
    problems = Problems(Path("f"))
    given = {"origin": "here"} if kind is Whole else {}
    value = decode(kind, table, problems, beside=("aside",), **given)
    try:
        problems.raise_any()
    except ConfigurationError as refusal:
        told = [f"{each.key}: {each.message}" for each in refusal.problems]
        # A key too many refuses the file, and leaves the section as its other keys make it.
        assert (value is REFUSED) != all("is not a key" in each for each in told)
        return told
    return value


def test_keys_that_are_left_out_keep_their_defaults() -> None:
    assert read() == Whole(origin="here")


def test_every_kind_of_value_is_read() -> None:
    assert read(
        text="a",
        flag=True,
        count=0,
        day=date(2027, 3, 31),
        kind="two",
        hosts=["Mail.contoso.com"],
        inner={"word": " said "},
        named={"a": {"size": 2}, "b": {}},
        builds={"M": "15.2.1544.4"},
        aside=7,
    ) == Whole(
        origin="here",
        text="a",
        flag=True,
        count=0,
        day=date(2027, 3, 31),
        kind="two",
        hosts=("mail.contoso.com",),
        inner=Inner("said"),
        named={"a": Named(name="a", size=2), "b": Named(name="b")},
        builds={"m": "15.2.1544.4"},
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"flag": 1}, ["flag: must be true or false; here it is a number"]),
        ({"count": True}, ["count: must be a whole number; here it is true or false"]),
        ({"count": 1.5}, ["count: must be a whole number; here it is a number"]),
        ({"count": "1"}, ["count: must be a whole number; here it is a text"]),
        ({"text": []}, ['text: must be a text in quotes, "…"; here it is a list']),
        ({"text": {}}, ['text: must be a text in quotes, "…"; here it is a table']),
        ({"text": date(2027, 1, 1)}, ['text: must be a text in quotes, "…"; here it is a date']),
        ({"text": time(1)}, ['text: must be a text in quotes, "…"; here it is a time']),
        (
            {"day": datetime(2027, 1, 1)},  # noqa: DTZ001 - TOML's local date and time
            [
                "day: must be a date without quotes, such as 2027-03-31;"
                " here it is a date with a time"
            ],
        ),
        ({"kind": "three"}, ["kind: must be one of one, two"]),
        ({"kind": 1}, ['kind: must be a text in quotes, "…"; here it is a number']),
        ({"hosts": "a"}, ["hosts: must be a list in brackets, […]; here it is a text"]),
        (
            {"hosts": ["a", 1, "b c"]},
            [
                'hosts[2]: must be a text in quotes, "…"; here it is a number',
                "hosts[3]: is not a host; write its name alone, without https:// or a port",
            ],
        ),
        ({"inner": 1}, ["inner: must be a table; here it is a number"]),
        ({"inner": {"word": " "}}, ["inner.word: is empty; write it out"]),
        ({"named": 1}, ["named: must be a table; here it is a number"]),
        ({"named": {"a": 1}}, ["named.a: must be a table; here it is a number"]),
        (
            {"named": {"a": {"size": "x"}}},
            ["named.a.size: must be a whole number; here it is a te"],
        ),
        (
            {"named": {"a/b": {}}},
            ['named."a/b": is not a usable name; write letters, digits, - an'],
        ),
        ({"builds": {"m": "2019"}}, ["builds.m: is not an Exchange Server build; write it as "]),
        (
            {"builds": {"M": "15.2.1544.4", "m": "15.2.1544.4"}},
            ["builds.m: is written twice, in capitals and in small letters; keep one"],
        ),
        ({"txet": 1, "flag": 1}, ["txet: is not a key that is known here", "flag: must be true"]),
        ({"asid": 1}, ["asid: is not a key that is known here; did you mean aside?"]),
        ({"origin": "there"}, ["origin: is not a key that is known here"]),
        ({"named": {"a": {"name": "b"}}}, ["named.a.name: is not a key that is known here"]),
    ],
)
def test_what_is_wrong_is_told_at_its_key(table: dict[str, Any], told: list[str]) -> None:
    found = read(**table)
    assert len(found) == len(told)
    assert all(each.startswith(start) for each, start in zip(found, told, strict=True)), found


def test_a_key_that_is_needed_says_what_to_write() -> None:
    assert read(Lacking) == [
        "day: is missing; write for example 2027-03-31",
        'host: is missing; write for example "mail.contoso.com"',
        'hosts: is missing; write for example ["mail.contoso.com"]',
        "counts: is missing; write a list",
        "auth: is missing; write a table [auth], or [defaults.auth] for all environments",
    ]


class TestSuggest:
    def test_the_name_that_is_like_it_is_meant(self) -> None:
        assert suggest("MAILBOXS", ["mailboxes", "hosts"]) == "; did you mean mailboxes?"

    def test_few_names_are_all_listed(self) -> None:
        assert suggest("x", ["b", "a"]) == "; known are a, b"
        twelve = [f"name{n:02}" for n in range(12)]
        assert suggest("x", twelve).count("name") == 12

    def test_many_names_or_none_are_not(self) -> None:
        assert suggest("x", [f"name{n:02}" for n in range(13)]) == ""
        assert suggest("x", []) == ""
