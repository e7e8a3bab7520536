"""Makes facts of what probes of mail servers saw, and tells which email system answered.

What a probe does stands in `connectors/mail_servers`.
"""
