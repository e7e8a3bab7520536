"""Finds rows that a server gives twice, as listings do whose order changes between two pages.

A row that is there twice would be counted twice, and where one was repeated another may be missing.
"""

import numpy as np
from msgspec import Struct

from connectors.columnar.id_index import NULL, digests, distinct, id_digests
from connectors.columnar.page import Page


class Repeats:
    """Compares each page with itself and with the one that came before it."""

    def __init__(self, row: type[Struct]) -> None:
        self.dropped = 0
        """How many rows were left out because they had been there before."""
        self._id = row.__struct_fields__[0]
        self._before = digests(())

    def without(self, page: Page) -> Page:
        """The page without such rows; nearly always the page itself."""
        ids = id_digests(page, self._id)
        before, self._before = self._before, ids
        if len(distinct(np.concatenate((before, ids)))) == len(before) + len(ids):
            return page
        met = set(before.tolist())
        places = []
        for at, each in enumerate(ids.tolist()):
            if each == NULL or each not in met:
                met.add(each)
                places.append(at)
        self.dropped += len(page.rows) - len(places)
        return Page(page.at(places), page.read_at, page.digest)
