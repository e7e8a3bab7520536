"""A simulated tenant: real protocols on loopback, for trying, testing and learning.

Nothing but `auditor demo` and the tests imports it.

Modules without a test file of their own name: tested in `tests/auditor/demo/` and
`tests/end_to_end/`.
"""
