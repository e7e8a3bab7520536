"""What a run and its workers say to each other comes over as it was."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.cli.audits.elsewhere import asked as module
from auditor.cli.audits.elsewhere.asked import (
    Asked,
    Broken,
    Refused,
    answer_in,
    asked_in,
    build,
    encoded,
)
from auditor.configuration import Auth, Configuration, Environment
from auditor.running import Judging

ASKED = Asked(
    build="b",
    run="r",
    run_id="i",
    started_at="2026-11-23T08:00:00Z",
    configuration=Configuration(
        path=Path("/a/auditor.toml"),
        environments={"c": Environment(name="c", url="https://c", auth=Auth(method="ntlm"))},
    ),
    judging=Judging(),
    ends_at=None,
    compared=True,
    remembered=False,
    planned=True,
)


def test_what_is_asked_comes_over() -> None:
    assert asked_in(encoded(ASKED)) == ASKED


@pytest.mark.parametrize("answer", [Refused("b"), Broken("words", True), Broken("words", False)])
def test_so_does_what_is_answered(answer: Any) -> None:
    assert answer_in(encoded(answer)) == answer


@pytest.mark.parametrize("content", [b"", b"\x80", encoded(Refused("b"))])
def test_what_another_release_asks_is_refused(content: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        asked_in(content)


def test_no_other_kind_is_made_of_a_text() -> None:
    with pytest.raises(NotImplementedError):
        module._path(complex, "1")
    assert module._path(Path, "a") == Path("a")


class TestBuild:
    @pytest.fixture
    def of(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """The build of a package with these files."""

        class Package:
            __path__ = (str(tmp_path),)

        monkeypatch.setattr(module, "_PACKAGES", ("a-package",))
        monkeypatch.setitem(module.sys.modules, "a-package", Package())  # type: ignore[arg-type]

        def made(**files: str) -> str:
            for name, text in files.items():
                stem, _, suffix = name.rpartition("_")
                (tmp_path / f"{stem}.{suffix}").write_text(text)
            return build.__wrapped__()

        return made

    def test_it_is_another_where_code_or_what_it_reads_is(self, of: Any) -> None:
        first = of(a_py="1", b_toml="1", c_md="1")
        assert of(c_md="2", d_css="1") == first
        second = of(a_py="2")
        assert second != first
        assert of(b_toml="2") not in (first, second)

    def test_it_names_release_digest_and_python(self, of: Any) -> None:
        release, _, rest = of(a_py="1").partition(" of ")
        digest, _, python = rest.partition(" with Python ")
        assert (release, len(digest)) == (module.__version__, 12)
        assert python.count(".") == 1
