"""A configuration knows where its relative paths start."""

from pathlib import Path

from auditor.configuration import Configuration, Tls


def test_paths_start_from_the_directory_of_the_file(tmp_path: Path) -> None:
    own = Configuration(path=tmp_path / "auditor.toml", tls=Tls(ca_bundle="file:ca.pem"))
    assert own.directory == tmp_path
    assert own.ca_bundle == tmp_path / "ca.pem"
    (tmp_path / "word").write_text("s3cret")
    assert own.secret("file:word").reveal() == "s3cret"


def test_without_own_authorities_there_is_no_path(tmp_path: Path) -> None:
    assert Configuration(path=tmp_path / "auditor.toml").ca_bundle is None
