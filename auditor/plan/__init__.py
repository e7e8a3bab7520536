"""What would happen if: changes tried in memory, and judged again with the same rules.

The contract of the room: nothing here sends a request that an audit would not send, and nothing
here writes to a server. `changed` is a place to read from, in which some values are others;
`what_if` compares an audit of it with one of what is there. A plan is made of changes whose effect
was found in this way, so that each of its steps is proven before anybody touches anything; what
cannot be proven is said to be so. Scripts are printed, never run.

Modules without a test file of their own name: tested in `tests/auditor/plan/`.
"""
