"""Every random example is the same on every machine and in every run; `--hypothesis-profile hunt` looks further."""

from hypothesis import settings
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("hunt", deadline=None, derandomize=False)
settings.load_profile("repeatable")

# Nothing drawn from a set of words: such a set has another order in every run.
# Hypothesis mixes the literals of whichever modules are loaded into its examples, and which modules those are differs
# with the path of the checkout and with the tests that ran before.
HypothesisProvider._local_constants = Constants()
