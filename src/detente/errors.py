"""What can go wrong, and how it is said: what, where, and what to try."""

from dataclasses import dataclass


class DetenteError(Exception):
    """Anything that détente itself reports; never raised as such."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a scenario file, with its place: lines and columns count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.message}"


class ScenarioError(DetenteError):
    """The scenario cannot be used; `problems` lists everything wrong with it, not only the first thing."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # so that it comes whole from another process


class TooLargeError(DetenteError):
    """The question is larger than the limit; the message names the group of issues and its size."""


class OutOfTimeError(TooLargeError):
    """The time limit passed before an exact answer was found."""


class InfeasibleError(DetenteError):
    """What is asked for cannot be had: a package that some side would not sign, steps that can never be in order."""


class NotFoundError(DetenteError, LookupError):
    """A name that the scenario or the catalog does not hold; the message offers the nearest ones."""


class LostWorkError(DetenteError):
    """Workers were lost again and again at the same piece of work; what else was finished is kept, if it was asked."""


class ResumeError(DetenteError):
    """The file that finished work is kept in cannot serve: another question's, not one of ours, or in use."""


class ClusterError(DetenteError):
    """A cluster that cannot be reached, has gone, or runs another détente."""


class StrategyError(DetenteError):
    """A strategy proposed what cannot be: a step that is not its own, that waits for another, or that is done."""
