"""The command line: arguments in, reports and an exit code out.

It words and orders; what a command does stands in the rooms below.
"""
