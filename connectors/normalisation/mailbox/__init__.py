"""Makes facts of mailbox rows, each distinct configuration once.

Single profiles and organisations stand in the folder above.
"""
