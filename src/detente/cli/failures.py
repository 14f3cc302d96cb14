"""What is said when a command fails, and with which exit code? One line on stderr, never a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from detente.errors import (
    ClusterError,
    InfeasibleError,
    LostWorkError,
    NotFoundError,
    ResumeError,
    ScenarioError,
    StrategyError,
    TooLargeError,
)

BAD_FILE = 65
BROKEN_PIPE = 141
CTRL_C = 130


@contextmanager
def reported() -> Iterator[None]:
    """Whatever the library, the disk or the memory cannot do ends the command with a sentence and its exit code."""
    try:
        yield
    except ScenarioError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.exceptions.Exit(BAD_FILE) from None
    except StrategyError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(BAD_FILE) from None
    except (NotFoundError, InfeasibleError, ResumeError, ClusterError) as error:
        raise UsageFailure(str(error)) from None
    except (TooLargeError, LostWorkError) as error:
        raise TooLargeFailure(str(error)) from None
    except MemoryError:
        raise TooLargeFailure("the question needs more memory than there is; leave issues out") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        said = error.strerror or str(error)
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        raise UsageFailure(f"{where}{said}") from None


def silenced() -> int:
    """Whoever read our output has gone: send what is left of it nowhere, so that the end of the process is quiet."""
    with suppress(OSError, ValueError):  # a stream without a file behind it needs no silencing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


class TooLargeFailure(click.ClickException):
    """There is an answer, but not within these limits."""

    exit_code = 1


class UsageFailure(click.ClickException):
    """Something that was asked for is not there, or cannot be written."""

    exit_code = 2
