"""Audits of a run that other processes do: of this computer (`--jobs N`), or of a cluster.

What is asked and answered are bytes, and never a secret. What a run does with the audits, wherever
they were done, stands a folder up.
"""
