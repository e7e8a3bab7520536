"""The addresses of a page are those of its rows, one by one."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import UNSET

from connectors.exchange_online.listed_addresses import listed_addresses
from connectors.exchange_online.values import listed, smtp_addresses

ADDRESSES = ("ann@x.example", "Ann@X.example", " bob@x.example", "", "\u00e4@x.example", "a\0b@x")
PREFIXES = ("SMTP:", "smtp:", "Smtp:", "X500:/o=First Organisation/cn=", "SIP:", "")
PROXIES = st.lists(st.builds("".join, st.tuples(*map(st.sampled_from, (PREFIXES, ADDRESSES)))))
ROW = st.tuples(
    st.one_of(PROXIES, st.sampled_from([None, UNSET, "SMTP:ann@x.example"])),
    st.one_of(st.sampled_from([None, UNSET, 7, " "]), st.sampled_from(ADDRESSES)),
)


@given(st.lists(ROW, max_size=6))
@example([(["SMTP:a@x", "SMTP:b@x"], "a@x"), ([], "b@x")])
@example([(["SMTP:a@x"], None), (["smtp:b@x"], "b@x"), (["smtp:c@x", "SMTP:c@x"], "c@x")])
def test_a_page_has_the_addresses_of_its_rows(page: list[tuple[Any, Any]]) -> None:
    expected = [
        (row, address, is_primary)
        for row, (proxies, primary) in enumerate(page)
        for address, is_primary in smtp_addresses(listed(proxies), primary).items()
    ]
    found = listed_addresses([row[0] for row in page], [row[1] for row in page])
    together = zip(found.rows, found.addresses, found.are_primary, strict=True)
    assert list(together) == expected


@pytest.mark.parametrize("odd", [["smtp:b@x"], ["SMTP:b@x", "SMTP:c@x"], ["SMTP:b@x", "smtp:B@x"]])
def test_an_odd_row_stays_between_its_neighbours(odd: list[str]) -> None:
    found = listed_addresses([["SMTP:a@x"], odd, ["SMTP:d@x"]], ["a@x", "b@x", "d@x"])
    assert found.addresses[0] == "a@x"
    assert found.addresses[1] == "b@x"
    assert found.addresses[-1] == "d@x"
    assert [found.are_primary[at] for at in (0, 1, -1)] == [True, True, True]
