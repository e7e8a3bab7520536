"""Addresses of the pages that several rules rest on."""

SUPPORT_PAGE = (
    "https://learn.microsoft.com/power-platform/admin/"
    "supported-email-service-configurations-server-side-synchronization"
)
"""Page *Supported email service configurations for server-side synchronization*."""
