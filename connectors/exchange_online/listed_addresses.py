"""The email addresses of all rows of a page at once: what `smtp_addresses` gives row by row.

Hundreds of thousands of accounts pass here, so all but odd rows are looked at in C loops.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, compress, repeat
from typing import Any, NamedTuple

from connectors.columnar.columns import folded
from connectors.exchange_online.values import listed, smtp_addresses

_PREFIX_LENGTH = len("smtp:")


class ListedAddresses(NamedTuple):
    """Addresses in the order of their rows, each with the place of its row on the page.

    An address that a row repeats is there once.
    """

    addresses: Sequence[str]
    rows: Sequence[int]
    are_primary: Sequence[bool]


def listed_addresses(proxies: Sequence[Any], primaries: Sequence[Any]) -> ListedAddresses:
    """The addresses of rows with these proxy addresses and primary addresses, as they came."""
    proxies = [listed(each) for each in proxies]
    found = _marked(proxies)
    odd = _odd_rows(found, primaries)
    if not odd:
        return found
    is_plain = [row not in odd for row in found.rows]
    each = zip(found.rows, found.addresses, found.are_primary, strict=True)
    entries = list(compress(each, is_plain))
    for row in odd:
        own = smtp_addresses(proxies[row], primaries[row])
        entries += [(row, address, is_primary) for address, is_primary in own.items()]
    # In the order of the rows, and of the addresses of each.
    entries.sort(key=lambda entry: entry[0])
    return ListedAddresses(
        [address for _, address, _ in entries],
        [row for row, _, _ in entries],
        [is_primary for _, _, is_primary in entries],
    )


def _marked(proxies: Sequence[Sequence[str]]) -> ListedAddresses:
    """Every email address among the proxies, primary where capitals mark it."""
    rows = chain.from_iterable(map(repeat, range(len(proxies)), map(len, proxies)))
    texts = list(chain.from_iterable(proxies))
    prefixes = [each[:_PREFIX_LENGTH] for each in texts]
    of_email = {each for each in set(prefixes) if each.lower() == "smtp:"}
    is_email = list(map(of_email.__contains__, prefixes))
    addresses = folded([each[_PREFIX_LENGTH:] for each in compress(texts, is_email)])
    marks = [each == "SMTP:" for each in compress(prefixes, is_email)]
    places = list(compress(rows, is_email))
    if all(addresses):
        return ListedAddresses(addresses, places, marks)
    return ListedAddresses(
        list(filter(None, addresses)),
        list(compress(places, addresses)),
        list(compress(marks, addresses)),
    )


def _odd_rows(found: ListedAddresses, primaries: Sequence[Any]) -> set[int]:
    """Rows that repeat an address, or whose primary address is not the one that is marked."""
    named = [row for row, each in enumerate(primaries) if isinstance(each, str)]
    names = folded([primaries[row] for row in named])
    if not all(names):
        named, names = list(compress(named, names)), list(filter(None, names))
    odd: set[int] = set()
    marked = list(compress(found.rows, found.are_primary))
    marks = list(compress(found.addresses, found.are_primary))
    if marked != named or list(names) != marks:
        mark_of, marks_in = dict(zip(marked, marks, strict=True)), Counter(marked)
        odd.update(
            row
            for row, name in zip(named, names, strict=True)
            if marks_in[row] != 1 or mark_of[row] != name
        )
    if len(set(found.addresses)) != len(found.addresses):
        times = Counter(zip(found.rows, found.addresses, strict=True))
        odd.update(row for (row, _), count in times.items() if count > 1)
    return odd
