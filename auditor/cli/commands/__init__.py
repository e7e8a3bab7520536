"""One module for each command, imported when it is called.

Nothing heavy stands at their tops. What a command does stands in the rooms beside this one.
"""
