"""`--redact`: reports and snapshots that can be handed on."""

import json
import re
import stat
from pathlib import Path

import pytest
import zstandard

from auditor.demo.contoso import contoso
from auditor.reports import formats
from tests.end_to_end.conftest import Call, call

NAMES_OF_PRODUCTS = re.compile(
    r"Microsoft Exchange Online|Exchange Server \d+|Gmail|Zoho|Outlook\.com|Yahoo! Mail|Dataverse"
    r"|Forwarding|Support User|Delegated Admin|SYSTEM|INTEGRATION",
    re.IGNORECASE,
)


def names_and_addresses() -> set[str]:
    """What the demo organisation's mailboxes, profiles, users and queues are called."""
    found = set()
    for table in ("mailboxes", "emailserverprofiles", "systemusers", "queues"):
        for row in contoso().tables[table]:
            for column in ("name", "fullname", "emailaddress", "internalemailaddress"):
                value = row.get(column)
                if isinstance(value, str) and len(value) > 3:
                    found.add(value.strip())
    return {each for each in found if not NAMES_OF_PRODUCTS.fullmatch(each)}


def files_of(report: Path) -> list[Path]:
    """The files of a report; tickets fill a directory."""
    return list(report.iterdir()) if report.is_dir() else [report]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("redacted")


@pytest.fixture(scope="module")
def redacted(contoso_toml: Path, directory: Path) -> Call:
    wanted = [f"{name}={directory / name}" for name in formats()]
    reports = [word for each in wanted for word in ("--report", each)]
    return call(
        *("run", "--config", contoso_toml, "--redact", "--redact-key", directory / "key.json"),
        *("--snapshot", directory / "snapshot", *reports),
    )


def numbers(summary: dict) -> dict:
    """The summary; of what is missing, the causes name records, so only how many there are."""
    coverage = summary["coverage"]
    missing = [
        {"mailboxes": each["mailboxes"], "rules": each["rules"], "causes": len(each["causes"])}
        for each in coverage["missing"]
    ]
    return {**summary, "coverage": {**coverage, "missing": missing}}


def test_every_report_tells_the_same_numbers_and_names_nobody(redacted, directory, contoso_run):
    assert redacted.code == contoso_run.code, redacted.err
    report = json.loads((directory / "json").read_text("utf-8"))
    assert numbers(report["summary"]) == numbers(contoso_run.report["summary"])
    hidden = names_and_addresses()
    assert len(hidden) > 300
    for name in formats():
        written = "".join(each.read_text("utf-8") for each in files_of(directory / name))
        assert [each for each in hidden if each in written] == [], name
        assert "contoso" not in written.lower(), name


def test_the_snapshot_names_nobody_and_is_judged_alike(redacted, directory):
    content = (directory / "snapshot").read_bytes()
    frames = [match.start() for match in re.finditer(re.escape(zstandard.FRAME_HEADER), content)]
    parts = [zstandard.ZstdDecompressor().decompressobj().decompress(content[at:]) for at in frames]
    stored = b"\n".join(parts).decode("utf-8", "replace")
    assert len(frames) > 5
    assert [each for each in names_and_addresses() if each in stored] == []
    replayed = call("replay", directory / "snapshot", "--report", "json").report
    report = json.loads((directory / "json").read_text("utf-8"))
    assert replayed["findings"] == report["findings"]
    assert replayed["summary"] == report["summary"]


def test_outputs_of_one_key_join_and_the_key_gives_the_names_back(
    redacted, directory, contoso_toml
):
    key = directory / "key.json"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    names = json.loads(key.read_text("utf-8"))["pseudonyms"]
    report = json.loads((directory / "json").read_text("utf-8"))
    subjects = [each["subject"] for each in report["findings"]]
    found = {names[each["address"]] for each in subjects if each["address"]}
    assert "anna.pending@contoso.example" in found
    again = call(
        *("run", "--config", contoso_toml, "--report", "json"),
        *("--redact", "--redact-key", key),
    ).report
    prints = [{each["fingerprint"] for each in of["findings"]} for of in (report, again)]
    assert prints[0] == prints[1]


def test_a_key_file_that_is_none_is_exit_2_before_anything_is_read(contoso_toml, tmp_path):
    (tmp_path / "auditor-redaction.json").write_text("no key", "utf-8")
    refused = call("run", "--config", contoso_toml, "--redact")
    assert refused.code == 2
    assert "--redact-key" in refused.err


def test_a_pattern_of_names_cannot_be_redacted(contoso_toml):
    refused = call("run", "--config", contoso_toml, "--redact", "--only", "mailbox:anna*")
    assert refused.code == 2
    assert "--only" in refused.err
