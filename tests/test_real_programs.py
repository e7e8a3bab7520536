"""A real program that is missing is never missed in silence."""

import os

import pytest

from tests.real_programs import program_of


def test_without_its_program_a_test_is_skipped_and_fails_in_ci(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install the packages one, other"):
        program_of("no-such-program", ["one", "other"])
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install the packages one, other"):
        program_of("no-such-program", ["one", "other"])


def test_a_program_that_is_there_is_found():
    assert os.access(program_of("sh", ["dash"]), os.X_OK)
