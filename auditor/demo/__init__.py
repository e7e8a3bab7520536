"""A simulated tenant: real protocols on loopback, for trying, testing and learning.

Nothing but `auditor demo` and the tests imports it.
"""
