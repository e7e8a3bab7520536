"""Reads Microsoft Graph: accounts, mailboxes, applications and policies of the tenant.

No fact is made of its rows here.
"""
