"""Every random example is the same on every machine and in every run; `--hypothesis-profile hunt` looks further."""

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("hunt", deadline=None, derandomize=False)
settings.load_profile("repeatable")
