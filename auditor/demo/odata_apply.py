"""`$apply`: counting the rows of a table, or those that meet a filter.

Source: Microsoft, "Aggregate data using OData": at most 50,000 rows are aggregated.
"""

import re
from collections.abc import Callable, Iterable
from itertools import islice

from auditor.demo.odata_error import bad_request
from auditor.demo.odata_filter import compile_filter
from auditor.demo.rows import Row

_COUNT = re.compile(r"(?:filter\((?P<filter>.+)\)/)?aggregate\(\$count as (?P<name>\w+)\)")
_MOST_ROWS = 50_000
_TOO_MANY = "0x8004E023"


def apply(
    text: str, rows: Iterable[Row], check_column: Callable[[str], None]
) -> list[dict[str, int]]:
    """Give the one row of a count. Raises ODataError (400) where there are too many to count."""
    match = _COUNT.fullmatch(text.strip())
    if match is None:
        raise bad_request(f"The $apply expression '{text}' cannot be read here.")
    if match["filter"]:
        rows = filter(compile_filter(match["filter"], check_column), rows)
    count = sum(1 for _ in islice(rows, _MOST_ROWS + 1))
    if count > _MOST_ROWS:
        raise bad_request("The maximum record limit is exceeded. Reduce the records.", _TOO_MANY)
    return [{match["name"]: count}]
