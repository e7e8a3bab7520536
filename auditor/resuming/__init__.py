"""Going on with a run that did not come to its end: what it had read is not read again.

A run writes what it reads into a journal, one file an environment. `auditor run --resume` takes
that up: sources that were read in full come from it, and of large listings the answers that were
there already. What is of another configuration, of another organisation or too old is not used.
Nothing is judged here. A run that came to its end leaves no journal.
"""

from auditor.resuming.journal import Header, Journal, Terms, journaling
from auditor.resuming.resumed import Resumed, organization_in

__all__ = ["Header", "Journal", "Resumed", "Terms", "journaling", "organization_in"]
