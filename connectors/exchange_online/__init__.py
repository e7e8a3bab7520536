"""Reads Exchange Online: its Admin API and, where allowed, the reading cmdlets behind it.

No fact is made of its rows here.
"""
