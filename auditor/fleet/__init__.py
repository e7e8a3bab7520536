"""Several environments seen together. What one environment needs lives beside its audit.

Tested in `tests/end_to_end/test_environments.py` and `tests/end_to_end/test_many_environments.py`.
"""
