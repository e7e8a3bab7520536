"""The tables of Dynamics 365: one file a table with its row type and READER.

How a table is read in pages, ranges and privileges stands in the folder above.
"""
