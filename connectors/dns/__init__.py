"""Reads what name servers and the sign-in service tell anybody of hosts and mail domains.

What that means for an organisation is for normalisation to say.
"""
