"""Notifications: who is told of a run, through Apprise, and what.

The contract of the room: `message_of` makes one short message of a run, what stopped working first;
`send` sends it within a bounded time, and whatever a receiver does is a sentence in its answer,
never an error. No address of a receiver is repeated: it holds secrets.

Tested in `tests/end_to_end/test_notifications.py`.
"""
