"""The questions that a person asks, each a module: what it reads, and how its answer is laid out.

The answer itself is found elsewhere, such as in `auditor/why` and `auditor/plan`.
"""
