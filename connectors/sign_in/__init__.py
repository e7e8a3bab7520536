"""Signs requests in, a file for each method. It reads nothing but tokens.

`methods` names every method and opens its file when it is asked for. The methods share `settings`,
`bearer`, `authority`, `passwords`, `token_cache` and `granted_roles`.
"""
