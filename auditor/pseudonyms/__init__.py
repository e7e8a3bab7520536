"""Pseudonyms for what names a tenant, its people and its servers: `--redact`.

Records are given pseudonyms before anything is judged, so that facts, messages, fingerprints and
snapshots hold nothing else. `key` is the file that gives the names back, `pseudonyms` makes them,
`columns` says what each column holds, `source` and `request` put them in.

Tested in `tests/auditor/pseudonyms/test_columns.py`.
"""
