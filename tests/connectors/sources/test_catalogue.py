"""Readers are found in their folders, and run after those whose rows they need."""

import random
import subprocess
import sys

from connectors.sources.catalogue import _in_order, readers
from connectors.sources.source import Reader


def each_after_what_it_needs(ordered: list[Reader]) -> bool:
    place = {reader.source: at for at, reader in enumerate(ordered)}
    return all(place[before] < place[each.source] for each in ordered for before in each.after)


def test_every_reader_runs_after_those_whose_rows_it_needs() -> None:
    found = list(readers())
    assert any(each.after and min(each.after) > each.source for each in found), "not by the name"
    assert each_after_what_it_needs(found)


def test_each_source_has_one_reader_whatever_the_order_in_which_they_are_found() -> None:
    found = list(readers())
    for seed in range(5):
        mixed = random.Random(seed).sample(found, len(found))
        ordered = _in_order({each.source: each for each in mixed})
        assert ordered == found
        assert len({each.source for each in ordered}) == len(found)


def test_what_asks_name_servers_or_reads_certificates_is_not_loaded_to_know_the_sources() -> None:
    code = (
        "import sys\nfrom connectors.sources.catalogue import readers\nreaders()\n"
        "sys.exit(' '.join({'dns', 'cryptography', 'msal', 'exchangelib'} & set(sys.modules)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
