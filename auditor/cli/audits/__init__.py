"""Does the audits of `run`, `demo` and `replay`, one environment after another or side by side.

What one audit is stands in `auditor/audit.py`; those that other processes do, in `elsewhere/`.
"""
