"""A header that no audit could have written is refused, however well the file is sealed."""

import datetime
from pathlib import Path

import msgspec
import pytest

from auditor.configuration.model import Declared
from auditor.snapshots import SnapshotError, open_snapshot, verify
from auditor.snapshots.contents import Header
from connectors.normalisation import declared
from connectors.normalisation.declared import Declarations
from tests.auditor.snapshots.sources import HEADER, Canned, write
from tests.end_to_end.conftest import call


def declaring(**values: object) -> Header:
    return msgspec.structs.replace(HEADER, declarations=Declarations(values=values))


def limited(**limits: int) -> Header:
    return msgspec.structs.replace(HEADER, thresholds=limits)


def built(build: str) -> Header:
    return msgspec.structs.replace(HEADER, declarations=Declarations(builds={"mail": build}))


FORGED = [
    (declaring(fips_140_2="yes"), "the declaration fips_140_2 is no true or false"),
    (declaring(fips_140_2=1), "the declaration fips_140_2 is no true or false"),
    (declaring(ews_allow_listed=2**63), "the declaration ews_allow_listed is no true or false"),
    (
        declaring(fips_compliant_mail_servers="mail"),
        "the declaration fips_compliant_mail_servers is no list of texts",
    ),
    (
        declaring(fips_compliant_mail_servers=[["mail"]]),
        "the declaration fips_compliant_mail_servers is no list of texts",
    ),
    (limited(email_waits=2**64 - 1), "the threshold email_waits is no limit"),
    (limited(email_waits=-1), "the threshold email_waits is no limit"),
    (built("new"), "the build declared for 'mail' is no build"),
    (msgspec.structs.replace(HEADER, environment="../../etc/x"), "is no name of an environment"),
    (msgspec.structs.replace(HEADER, environment=""), "is no name of an environment"),
    (msgspec.structs.replace(HEADER, started_at="soon"), "'soon', is no time in UTC"),
    (msgspec.structs.replace(HEADER, started_at="2026-11-23T08:00:00"), "is no time in UTC"),
]


@pytest.mark.parametrize(("header", "message"), FORGED)
def test_a_forged_header_is_refused_with_its_reason(
    tmp_path: Path, header: Header, message: str
) -> None:
    path = tmp_path / "s"
    write(path, Canned({}), header=header)
    with pytest.raises(SnapshotError, match=message):
        open_snapshot(path)
    proof = verify(path)
    assert not proof.untouched
    assert message in proof.problem
    replay = call("replay", path)
    assert replay.code == 2
    assert message in replay.err


def test_every_declaration_that_a_configuration_takes_is_taken(tmp_path: Path) -> None:
    values = {
        name: ("mail",) if name in declared.LISTS else True
        for name in Declared.__struct_fields__
        if name not in ("exchange_builds", "providers")
    }
    assert set(values) == set(declared.KEYS)
    write(tmp_path / "s", Canned({}), header=declaring(**values, unheard_of=datetime.date.max))
    assert open_snapshot(tmp_path / "s").header.declarations.values["fips_140_2"] is True
