"""What holds for every test."""

from hypothesis import settings

# How long an example takes says more of what else the machine does than of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
