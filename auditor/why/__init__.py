"""What `auditor why` answers: all that is known and judged of the subjects that a text names.

How it is shown belongs to the command line.
"""
