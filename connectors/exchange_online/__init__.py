"""Exchange Online: its Admin API and, where allowed, the reading cmdlets behind it."""
