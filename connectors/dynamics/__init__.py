"""Asks the Web API of a Dynamics 365 organisation, table by table.

No fact is made of its rows here.
"""
