"""Which version of requests a server of a build is asked in. Counting is tested end to end."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from exchangelib.errors import ErrorAccessDenied
from exchangelib.folders import FolderCollection

from connectors.exchange_server import folders
from connectors.exchange_server.folders import Opened, version_of
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import WriteRefused
from rules.facts import Version


@pytest.mark.parametrize(
    ("build", "asked"),
    [
        ((8, 3, 83, 6), "Exchange2007_SP1"),
        ((14, 3, 123, 4), "Exchange2010_SP2"),
        ((15, 0, 847, 32), "Exchange2013_SP1"),
        ((15, 1, 2507, 6), "Exchange2016"),
        ((15, 2, 1544, 4), "Exchange2016"),
        ((15, 2), "Exchange2016"),
    ],
)
def test_a_server_is_asked_in_the_newest_version_that_servers_document(
    build: Version, asked: str
) -> None:
    assert version_of(build).api_version == asked


@pytest.mark.parametrize("build", [(7, 0, 1, 1), (14, 9, 1, 1)])
def test_a_build_that_is_not_known_has_no_version(build: Version) -> None:
    assert version_of(build) is None


NDR = folders.UNDELIVERABLE


def folder(name: str = "Inbox", count: int | None = 5) -> Any:
    return SimpleNamespace(name=name, total_count=count)


class Ews:
    """A server that may be out of time, and turns what is odd into a failure."""

    protocol = "protocol"

    def begin(self) -> None:
        pass

    def in_time(self, call: Callable[[], Any]) -> Any:
        return call()

    def check_whole(self) -> None:
        pass

    def spoiled(self) -> SourceFailed:
        return SourceFailed("spoiled", "look", "spoiled-answer")

    def failure(self, error: Exception) -> SourceFailed:
        if isinstance(error, SourceFailed):
            return error
        return SourceFailed(str(error), "look", "odd")


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Opened]:
    def opened(inbox: Any, *within: Any) -> Opened:
        account = SimpleNamespace(primary_smtp_address="ann@contoso.example")
        monkeypatch.setattr(folders, "_account", lambda protocol, address: account)
        monkeypatch.setattr(FolderCollection, "get_folders", lambda *_, **__: [inbox])
        monkeypatch.setattr(FolderCollection, "find_folders", lambda *_, **__: list(within))
        ews: Any = Ews()
        return folders.opened(ews, "ann@contoso.example")

    return opened


@pytest.mark.parametrize(
    ("within", "undeliverable"),
    [
        ([], None),
        ([folder("Other", 7)], None),
        ([folder(NDR, 0)], 0),
        ([folder(NDR, 2), folder("Other", 9), folder(NDR, 3)], 5),
    ],
)
def test_the_folders_for_undeliverable_email_are_counted_together(
    answered: Callable[..., Opened], within: list[Any], undeliverable: int | None
) -> None:
    assert answered(folder(count=5), *within) == Opened(None, 5, undeliverable)


@pytest.mark.parametrize("at", ["inbox", "within"])
def test_a_refusal_in_the_place_of_a_folder_is_its_code(
    answered: Callable[..., Opened], at: str
) -> None:
    refusal = ErrorAccessDenied("no")
    found = answered(refusal) if at == "inbox" else answered(folder(), folder(NDR), refusal)
    assert found == Opened("ErrorAccessDenied")


@pytest.mark.parametrize("count", [None, -1, 2**31])
@pytest.mark.parametrize("at", ["inbox", "within"])
def test_a_count_that_was_not_told_or_cannot_be_is_not_taken_for_none(
    answered: Callable[..., Opened], at: str, count: int | None
) -> None:
    with pytest.raises(SourceFailed) as caught:
        answered(*([folder(count=count)] if at == "inbox" else [folder(), folder(NDR, count)]))
    assert caught.value.code == "spoiled-answer"


def test_anything_else_that_goes_wrong_is_a_failure(answered: Callable[..., Opened]) -> None:
    with pytest.raises(SourceFailed) as caught:
        answered(ValueError("odd"))
    assert caught.value.code == "odd"
    with pytest.raises(WriteRefused):
        answered(WriteRefused("no"))
