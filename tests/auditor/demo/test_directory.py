"""The accounts of the simulated tenant, page by page."""

from collections.abc import Iterator

import pytest

from auditor.demo import directory
from auditor.demo.contoso import contoso
from auditor.demo.directory import Directory, Person, everyone
from connectors.odata.completeness import MOST_WITHOUT_ROWS


@pytest.fixture(scope="module")
def accounts() -> Directory:
    return Directory(contoso(3000))


def pages(accounts: Directory, most: int, lives: str | None = None) -> Iterator[list[Person]]:
    start: int | None = 0
    while start is not None:
        page, start = accounts.page(start, most, lives)
        yield page


@pytest.mark.parametrize("most", [1, 7, 999])
@pytest.mark.parametrize("lives", [None, "online", "server", "nowhere"])
def test_every_account_is_on_one_page(accounts: Directory, most: int, lives: str | None) -> None:
    wanted = [each.id for each in everyone(accounts) if lives in (None, each.lives)]
    assert [each.id for page in pages(accounts, most, lives) for each in page] == wanted


def test_a_page_of_accounts_that_are_rare_is_looked_for_in_many_records(
    accounts: Directory,
) -> None:
    """Services name no page after the other that holds nothing, and readers end with those."""
    assert 1_000_000 / directory.MOST_LOOKED_AT < MOST_WITHOUT_ROWS / 2
    assert len(list(pages(accounts, 1000, "server"))) == 1


def test_no_page_is_looked_for_in_all_records(
    accounts: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [each.id for page in pages(accounts, 10, "server") for each in page]
    monkeypatch.setattr(directory, "MOST_LOOKED_AT", 100)
    assert [each.id for page in pages(accounts, 10, "server") for each in page] == whole
    assert max(map(len, pages(accounts, 1000))) <= 100
