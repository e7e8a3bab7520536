"""The file that tells which rules a source unlocks is compared with what the code says now."""

import pytest

from auditor.demo import withdrawal


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(withdrawal, "FILE", tmp_path / "rules_by_source.json")
    monkeypatch.setattr(withdrawal, "rules_by_source", lambda: {"dns.tenants": ["a-rule"]})
    return withdrawal.FILE


def test_what_was_written_is_fresh(file):
    assert withdrawal.main([]) == 0
    assert withdrawal.main(["--check"]) == 0


def test_a_file_that_differs_is_named_and_stays_as_it_is(file, capsys):
    file.write_text("{}", "utf-8")
    assert withdrawal.main(["--check"]) == 1
    assert file.read_text("utf-8") == "{}"
    told = capsys.readouterr().err
    assert "auditor/catalogue/rules_by_source.json" in told
    assert "dns.tenants: +a-rule" in told


def test_a_difference_must_come_twice(file, monkeypatch, capsys):
    withdrawal.main([])
    measured = iter([{"dns.tenants": ["another"]}, {"dns.tenants": ["a-rule"]}])
    monkeypatch.setattr(withdrawal, "rules_by_source", lambda: next(measured))
    assert withdrawal.main(["--check"]) == 0
    assert capsys.readouterr().err == "dns.tenants: +another -a-rule\n"
