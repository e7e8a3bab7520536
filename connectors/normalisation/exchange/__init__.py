"""Makes facts of what Exchange and Microsoft Graph tell of an email address.

The tenant as a whole stands in the folder above.
"""
