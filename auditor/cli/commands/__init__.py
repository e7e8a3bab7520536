"""One module for each command, imported when it is called.

Nothing heavy stands at their tops, and what a command does stands beside this folder.
"""
