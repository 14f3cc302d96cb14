"""How are outcomes numbered? Each as one whole number, so that the smallest is the first in the file's order."""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from detente.kernels.pruning import Ints
from detente.model.scenario import Scenario

DIGIT = 2**62
"""A code is written in digits of so many values."""


@dataclass(frozen=True, eq=False)
class Layout:
    """How outcomes are numbered: issues in the file's order, in as many digits of 62 bits as it takes."""

    names: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    digit: tuple[int, ...]
    stride: tuple[int, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> "Layout":
        """The layout of a scenario's outcomes."""
        options = tuple(tuple(issue.options) for issue in scenario.issues.values())
        digit, stride = [0] * len(options), [1] * len(options)
        width, place = 1, 0
        for k in reversed(range(len(options))):
            if width * len(options[k]) > DIGIT:
                width, place = 1, place + 1
            digit[k], stride[k] = place, width
            width *= len(options[k])
        return cls(tuple(scenario.issues), options, tuple(place - each for each in digit), tuple(stride))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of options of each issue."""
        return tuple(len(each) for each in self.options)

    @property
    def total(self) -> int:
        """The number of outcomes before any condition."""
        return prod(self.sizes)

    @property
    def digits(self) -> int:
        """How many digits a code has."""
        return max(self.digit, default=0) + 1

    def codes(self, issue: int) -> Ints:
        """What each option of an issue adds to the code, shape (digits, options)."""
        code = np.zeros((self.digits, len(self.options[issue])), dtype=np.int64)
        code[self.digit[issue]] = np.arange(len(self.options[issue])) * self.stride[issue]
        return code

    def decoded(self, code: Ints) -> dict[str, str]:
        """The outcome with this code."""
        return {
            name: options[int(code[digit]) // stride % len(options)]
            for name, options, digit, stride in zip(self.names, self.options, self.digit, self.stride, strict=True)
        }

    def digits_of(self, code: Ints) -> Ints:
        """For each of some codes, shape (digits, points), the option of every issue, shape (issues, points)."""
        rows = [
            code[digit] // stride % len(options)
            for options, digit, stride in zip(self.options, self.digit, self.stride, strict=True)
        ]
        return np.array(rows, dtype=np.int64).reshape(len(rows), code.shape[1])
