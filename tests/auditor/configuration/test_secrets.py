"""Secrets are looked up when needed, and their absence says what to set without showing any."""

import os
import pickle
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import keyring
import keyring.errors
import pytest

from auditor.configuration import secrets
from auditor.configuration.secrets import (
    LARGEST_FILE_BYTES,
    Secret,
    SecretError,
    is_reference,
    resolve,
    resolve_path,
)


def test_env_is_the_variable(tmp_path: Path) -> None:
    assert resolve("env:NAME", tmp_path, {"NAME": "s3cret"}) == "s3cret"


@pytest.mark.parametrize(
    ("environ", "state"), [({}, "is not set"), ({"NAME": ""}, "is set but empty")]
)
def test_a_missing_variable_is_named(tmp_path: Path, environ: dict[str, str], state: str) -> None:
    with pytest.raises(SecretError, match=f"env:NAME: the environment variable NAME {state}; set"):
        resolve("env:NAME", tmp_path, environ)


def test_env_is_found_among_the_credentials_of_a_service(tmp_path: Path) -> None:
    (tmp_path / "NAME").write_text("s3cret\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert resolve("env:NAME", tmp_path, environ) == "s3cret"
    with pytest.raises(SecretError, match="is not set"):
        resolve("env:../NAME", tmp_path / "x", environ)


def test_file_is_beside_the_configuration_and_loses_its_last_line_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xef\xbb\xbf two words \r\n")
    assert resolve("file:secret", tmp_path) == " two words "
    assert resolve(f"file:{tmp_path / 'secret'}", Path("/elsewhere")) == " two words "
    assert resolve_path("file:secret", tmp_path) == tmp_path / "secret"


@pytest.mark.parametrize("reference", ["env:NAME", "secret", "file:", "file: "])
def test_only_a_reference_to_a_file_has_a_path(tmp_path: Path, reference: str) -> None:
    with pytest.raises(SecretError, match="not a reference to a file; write file:PATH"):
        resolve_path(reference, tmp_path)


def test_a_secret_may_be_as_large_as_the_limit(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x" * LARGEST_FILE_BYTES)
    assert len(resolve("file:secret", tmp_path)) == LARGEST_FILE_BYTES


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"\xff\xfe", "is not text"), (b"x" * (1 << 20) + b"x", "no secret is")],
)
def test_a_file_that_holds_no_secret_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(SecretError, match=message):
        resolve("file:secret", tmp_path)


@pytest.mark.parametrize(
    ("place", "message"), [("none", "there is no file"), (".", "cannot be read")]
)
def test_a_file_that_is_not_there_is_named(tmp_path: Path, place: str, message: str) -> None:
    with pytest.raises(SecretError, match=message):
        resolve(f"file:{place}", tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_gives_its_secret_in_pieces(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    def write() -> None:
        with (tmp_path / "pipe").open("wb", buffering=0) as pipe:
            pipe.write(b"two ")
            pipe.write(b"words\n")

    writer = threading.Thread(target=write)
    writer.start()
    assert resolve("file:pipe", tmp_path) == "two words"
    writer.join()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_that_nobody_writes_into_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "LONGEST_WAIT_S", 0.05)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SecretError, match=r"pipe is no ordinary file, and gave no secret in 0\.05"):
        resolve("file:pipe", tmp_path)
    # A writer that opens it, says a little and stays, is no end either.
    keeper = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(keeper, b"s3cret")
    with pytest.raises(SecretError, match="gave no secret") as refused:
        resolve("file:pipe", tmp_path)
    os.close(keeper)
    assert "s3cret" not in str(refused.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_that_goes_on_giving_is_given_up_at_the_same_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    keeper = os.open(tmp_path / "pipe", os.O_RDWR)
    now = iter([0.0, 0.0, secrets.LONGEST_WAIT_S])

    def monotonic() -> float:
        os.write(keeper, b"x")
        return next(now)

    monkeypatch.setattr(secrets, "time", SimpleNamespace(monotonic=monotonic))
    with pytest.raises(SecretError, match="gave no secret"):
        resolve("file:pipe", tmp_path)
    os.close(keeper)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no such devices")
@pytest.mark.parametrize(
    ("device", "message"), [("/dev/zero", "no secret is"), ("/dev/null", "is empty")]
)
def test_a_device_is_read_no_further_than_a_file(device: str, message: str) -> None:
    with pytest.raises(SecretError, match=message):
        resolve(f"file:{device}", Path())


def test_keyring_is_asked_for_service_and_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {("auditor/prod", "contoso"): "s3cret"}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: entries.get((service, name)))
    assert resolve("keyring:auditor/prod/contoso", tmp_path) == "s3cret"
    with pytest.raises(SecretError, match="run keyring set auditor fabrikam"):
        resolve("keyring:auditor/fabrikam", tmp_path)


def test_a_locked_keyring_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(service: str, name: str) -> str:
        raise keyring.errors.KeyringLocked("s3cret")

    monkeypatch.setattr(keyring, "get_password", refuse)
    with pytest.raises(SecretError, match="unlock it") as refused:
        resolve("keyring:auditor/contoso", tmp_path)
    assert "s3cret" not in str(refused.value)


def test_without_the_keyring_package_its_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match=r"pip install 'server-side-sync-auditor\[keyring\]'"):
        resolve("keyring:auditor/contoso", tmp_path)


@pytest.mark.parametrize(
    "text", ["", "s3cret", "env:", "file: ", "vault:s3cret", "keyring:s3cret", "keyring:/x"]
)
def test_what_is_no_reference_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(SecretError) as refused:
        resolve(text, tmp_path)
    assert "s3cret" not in str(refused.value)


def test_a_secret_shows_where_it_is_kept_and_not_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAME", "s3cret")
    secret = Secret("env:NAME", tmp_path)
    assert secret.reveal() == "s3cret"
    assert [repr(secret), str(secret), f"{secret:>3}"] == ["Secret(env:NAME)"] * 3
    assert repr(Secret("s3cret", tmp_path)) == "Secret(***)"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize("error", [ModuleNotFoundError("keyrings"), RuntimeError("x"), KeyError(1)])
def test_whatever_a_backend_of_the_keyring_raises_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(service: str, name: str) -> str:
        raise error

    monkeypatch.setattr(keyring, "get_password", refuse)
    with pytest.raises(SecretError, match="PYTHON_KEYRING_BACKEND"):
        resolve("keyring:auditor/contoso", tmp_path)
