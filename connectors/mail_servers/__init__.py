"""Looks at the mail servers that it is handed: certificates, encryption, ways to sign in.

Which product answers is for normalisation to say.
"""
