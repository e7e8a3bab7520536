"""The shape of a listing as OData servers answer it."""

from typing import Generic, TypeVar

from msgspec import Struct, field

R = TypeVar("R")


class Listing(Struct, Generic[R]):
    """One page: its rows, and the address of the next page, None on the last one."""

    value: list[R]
    next_link: str | None = field(name="@odata.nextLink", default=None)
