"""Makes facts of email server profiles: what each connects to, in whose tenant, how it signs in.

`endpoints.py` in the folder above says where a profile leads, since probes rest on it too.
"""
