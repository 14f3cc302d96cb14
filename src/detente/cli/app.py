"""What happens when a command is called? Its arguments are read, its function asked, and the answer delivered."""

import gc
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path

import click

import detente
from detente.cli.commands import COMMANDS, Command
from detente.cli.failures import CTRL_C, reported, silenced
from detente.cli.parameters import SHARING, Source
from detente.cli.progress import progress

_FILES = ("log", "resume", "events")
"""What, besides scenarios, is read for an answer."""

_SHARED = [option.name or "" for option in SHARING]


class App(click.Group):
    """The group of commands; a broken pipe and Ctrl-C end any of them quietly."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            ctx.exit(silenced())
        except KeyboardInterrupt:
            ctx.exit(CTRL_C)


def _command(command: Command) -> click.Command:
    help_text = f"{command.help}\n\nExample: {command.example}"
    params = [*command.params, *command.options]
    return click.Command(command.name, callback=_body(command), params=params, help=help_text, short_help=command.help)


def _body(command: Command) -> Callable[..., None]:
    def body(
        as_json: bool = False,
        out: Path | None = None,
        time_limit: float | None = None,
        readings: Sequence[str] = (),
        **given: object,
    ) -> None:
        with reported():
            _spare(out, [*(source.name for source in _sources(given)), *(given.get(name) for name in _FILES)])
            result = _asked(command, given, readings, time_limit)
            from detente.cli.output import deliver  # late: needs the result's modules anyway, --help does not

            deliver(result if not command.page else _page(command.page, result), out, as_json=as_json)
            if command.fails and getattr(result, command.fails):
                raise click.exceptions.Exit(65)

    return body


def _asked(command: Command, given: Mapping[str, object], readings: Sequence[str], seconds: float | None) -> object:
    sources = _sources(given)
    if sum(source.name == "-" for source in sources) > 1:
        raise click.UsageError("'-' stands for what is typed or piped in, and that can be read only once")
    for source in sources:
        source.read(talk=not command.raw)
    words = {
        name: (value.loaded if command.raw else value.scenario(readings)) if isinstance(value, Source) else value
        for name, value in given.items()
    }
    places = [words.pop(each.name or "") for each in command.params if isinstance(each, click.Argument)]
    function: Callable[..., object] = getattr(detente, command.name)
    with nullcontext() if seconds is None else detente.time_limit(seconds), _shared(words) as asked:
        return function(*places, **asked)


@contextmanager
def _shared(words: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The options that say who does the work, as one seam; how far it is shows on the terminal."""
    if "workers" not in words:
        yield words
        return
    sharing = {name: words[name] for name in _SHARED}
    with progress() as told:
        seam = detente.Seam(**sharing, progress=told)  # type: ignore[arg-type]  # click has checked them
        yield {name: each for name, each in words.items() if name not in sharing} | {"seam": seam}


def _page(name: str, result: object) -> object:
    """The result as `detente.report` shows it."""
    module, _, shown = name.partition(".")
    return getattr(import_module(f"detente.report.{module}"), shown)(result)


def _sources(given: Mapping[str, object]) -> list[Source]:
    return [value for value in given.values() if isinstance(value, Source)]


def _spare(out: Path | None, read: Sequence[object]) -> None:
    """Refuse to write an answer over a scenario, a log or finished work that it is read from."""
    for name in (Path(str(each)) for each in read if out is not None and each is not None):
        if out is not None and (
            out.samefile(name) if out.exists() and name.exists() else out.absolute() == name.absolute()
        ):
            raise click.UsageError(f"'{out}' is read for the answer; write the answer into another file")


@click.group(
    cls=App,
    commands={command.name: _command(command) for command in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="A SCENARIO is a name that 'detente scenarios' lists, a file, or '-' for standard input.",
)
@click.version_option(package_name="detente", message="%(prog)s %(version)s")
def app() -> None:
    """Plans negotiations that can succeed: what is attainable, what would sink it, and on what that rests."""


def main() -> None:
    """Run `detente` with the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no product here is large enough for threads to pay
    gc.disable()  # a command lives for seconds and leaves no cycles worth collecting: 5 % of the time of a brief
    try:
        app(prog_name="detente")
    except KeyboardInterrupt:
        sys.exit(CTRL_C)
