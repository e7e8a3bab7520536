"""The settings of a record: which columns are, and what a stored record is made of."""

import pytest

from auditor.differences.records import KINDS, SOURCES, Record, Shape, is_setting
from auditor.model import Subject


@pytest.mark.parametrize(
    "column",
    [
        "modifiedon", "createdon", "postponeuntil", "testmailboxaccesscompletedon",
        "lastmessageattemptedon", "x_occurredon", "tokenexpireson", "receivingstarttime",
        "ewstransientfailurecount", "itemsfailedforlastsync", "processingstatecode", "hostid",
        "testemailconfigurationscheduled",
    ],
)  # fmt: skip
def test_what_dynamics_moves_on_is_no_setting(column):
    assert not is_setting(column)


@pytest.mark.parametrize(
    "column",
    ["name", "emailaddress", "modifiedonbehalf", "hostids", "counter", "statecode", "myhostid"],
)
def test_what_somebody_sets_is_one(column):
    assert is_setting(column)


def test_a_record_that_is_stored_in_parts_is_one_again():
    shape = Shape(("name", "emailaddress"), {"statecode": 0})
    stored = Record(b"", SOURCES["mailbox"], "m", '["Anna",null]', shape, "t")
    settings = stored.settings()
    assert settings.values == {"name": "Anna", "emailaddress": None, "statecode": 0}
    assert (settings.id, settings.read_at) == ("m", "t")
    assert settings.subject == Subject("mailbox", "m", "Anna", "")


def test_every_kind_of_record_has_one_source():
    assert {source: SOURCES[kind] for source, (kind, _, _) in KINDS.items()} == {
        source: source for source in KINDS
    }
