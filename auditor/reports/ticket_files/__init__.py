"""What a directory of tickets holds: the register of all of them, their pages, files to import.

No module here is a format; `auditor.reports.tickets` is.

Modules without a test file of their own name: tested in `tests/auditor/reports/test_tickets.py`.
"""
