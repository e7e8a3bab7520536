"""What may leave the process, and to whom: reads alone, at addresses that may be asked.

`reads` judges each request, `session` leads every one past it, `links` judges the addresses that
servers name as their next ones, and `reachability` the hosts that records name. How a request is
made and repeated stands a folder up.
"""
