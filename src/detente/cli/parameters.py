"""What may be given to a command? Scenarios, readings, files to write: each parsed here, before anything is asked."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

import detente

if TYPE_CHECKING:
    from detente.io import Loaded
    from detente.model.scenario import Scenario

FORMATS = (".html", ".md", ".json")
"""What can be written, told by the end of the file's name."""

_SAID = 3
"""So many warnings are told in full; beyond that, how many there are."""


@dataclass
class Source:
    """A scenario as it was asked for: a name of the catalog, a path, or `-`; read when all arguments are known."""

    name: str
    _loaded: "list[Loaded]" = field(default_factory=list)

    @property
    def loaded(self) -> "Loaded":
        """What was read."""
        return self._loaded[0]

    def read(self, *, talk: bool) -> None:
        """Read it, and tell the warnings of somebody's own file on stderr; the cases that ship are checked."""
        from detente import catalog, io  # late: --help needs neither
        from detente.io.source import MOST_BYTES

        if self.name == "-":
            piped = sys.stdin.buffer.read(MOST_BYTES + 1) if sys.stdin else b""
            self._loaded.append(io.read(piped, "<stdin>"))
        else:
            self._loaded.append(catalog.read(self.name))
        own = self.name == "-" or self.name not in catalog.names()
        warnings = self.loaded.warnings if talk and own and self.loaded.scenario else ()
        if len(warnings) > _SAID:
            click.echo(f"{self.name}: {len(warnings)} warnings; 'detente check {self.name}' tells them", err=True)
        else:
            for warning in warnings:
                click.echo(f"warning: {warning}", err=True)

    def scenario(self, readings: Sequence[str]) -> "Scenario":
        """The scenario with these readings in force; ScenarioError if there is none."""
        scenario = self.loaded.scenario
        if scenario is None:
            raise detente.ScenarioError(self.loaded.errors)
        asked: dict[str, str] = {}
        for name, reading in (_reading(each, scenario) for each in readings):
            if asked.setdefault(name, reading) != reading:
                message = f"'{asked[name]}' and '{reading}' are both readings of '{name}'; only one can be in force"
                raise click.UsageError(message)
        return scenario.assuming(asked)


def _reading(text: str, scenario: "Scenario") -> tuple[str, str]:
    """A judgment and its reading; either name may itself hold an equals sign."""
    parts = text.split("=")
    pairs = [("=".join(parts[:k]).strip(), "=".join(parts[k:]).strip()) for k in range(1, len(parts))]
    return next((pair for pair in pairs if pair[0] in scenario.judgments), pairs[0])


def scenario(name: str, *, required: bool = True) -> click.Argument:
    """An argument that is a scenario; None where it may be left out and is."""

    def source(ctx: click.Context, param: click.Parameter, value: str | None) -> Source | None:
        if value is not None and not value.strip():
            raise click.BadParameter("a name that 'detente scenarios' lists, a file, or '-' is due here; this is empty")
        return None if value is None else Source(value)

    return click.Argument([name], required=required, callback=source, shell_complete=_completed)


def _completed(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the catalog, and files."""
    from detente import catalog  # late, and light: names only

    cases = [CompletionItem(name) for name in catalog.names() if name.startswith(incomplete)]
    return [*cases, CompletionItem(incomplete, type="file")]


def _logs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the cases whose log ships with them, and files."""
    from detente import catalog  # late, and light: names only

    cases = [CompletionItem(name) for name in catalog.logs() if name.startswith(incomplete)]
    return [*cases, CompletionItem(incomplete, type="file")]


def _series(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the series that ship, and files."""
    from detente.catalog import series  # late, and light: names only

    found = [CompletionItem(name) for name in series.names() if name.startswith(incomplete)]
    return [*found, CompletionItem(incomplete, type="file")]


def _words(name: str) -> click.Argument:
    """An argument that is a name, which may be of several words without quotes around it."""
    return click.Argument([name], nargs=-1, required=True, callback=lambda ctx, param, value: " ".join(value))


def _reading_is_a_pair(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for each in value:
        if "=" not in each:
            raise click.BadParameter(f"'{each}' is not of the form judgment=reading", ctx, param)
    return value


def _above_zero(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not value > 0:
        raise click.BadParameter(f"a time limit is a positive number of seconds, not {value:g}", ctx, param)
    return value


def _finite(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not isfinite(value):
        raise click.BadParameter(f"a number of points is due here, not {value}", ctx, param)
    return value


def _writable(ctx: click.Context, param: click.Parameter, value: Path | None, formats: Sequence[str]) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in formats:
        raise click.BadParameter(f"'{value}' must end in one of {', '.join(formats)}", ctx, param)
    if value.is_dir():
        raise click.BadParameter(f"'{value}' is a folder", ctx, param)
    if not value.parent.is_dir():
        raise click.BadParameter(f"there is no folder '{value.parent}'", ctx, param)
    return value


def written_as(*formats: str) -> click.Option:
    """The option that also writes the answer into a file, told by the end of its name."""
    return click.Option(
        ["-o", "--out", "out"],
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=partial(_writable, formats=formats),
        help=f"Write the answer into FILE as well: {', '.join(formats[:-1])} or {formats[-1]}.",
    )


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"a day is due here, such as 2021-03-01, not '{value}'", ctx, param) from None


def _draws(ctx: click.Context, param: click.Parameter, value: int, most: int) -> int:
    if value and not 16 <= value <= most:
        raise click.BadParameter(f"from 16 to {most:,} draws, or 0 for none, not {value:,}", ctx, param)
    return value


READING = click.Option(
    ["--reading", "readings"],
    multiple=True,
    metavar="JUDGMENT=READING",
    callback=_reading_is_a_pair,
    help="Assume this reading of a contested judgment; may be given several times.",
)
TIME_LIMIT = click.Option(
    ["--time-limit"],
    type=float,
    metavar="SECONDS",
    callback=_above_zero,
    help="Give up after so many seconds (exit 1).",
)
JSON = click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object.")
OUT = written_as(*FORMATS)
NEW_FILE = click.Argument(["path"], type=click.Path(path_type=Path), metavar="FILE")
FORCE = click.Option(["--force"], is_flag=True, help="Write over a file that is there.")
GALLERY = (
    click.Option(
        ["-o", "--out", "folder"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        required=True,
        help="The folder to write the pages into; it is made if it is not there.",
    ),
    click.Option(["--force"], is_flag=True, help="Write also into a folder that holds other files."),
)
PACKAGE = _words("package")
SUBJECT = _words("subject")
DEMAND = _words("demand")
POSITIONS = click.Option(["--positions"], is_flag=True, help="In positions instead of points.")
QUICK = click.Option(["--quick"], is_flag=True, help="Leave out what takes longest: the order of steps.")
BY = click.Option(["--by"], metavar="PARTY", help="Only the next offer of this party.")
LOG = click.Option(
    ["--log"],
    metavar="LOG",
    shell_complete=_logs,
    help="What has happened since, as a file or a case whose log ships with it: go on from there.",
)
ROADMAP = (
    click.Option(["--package"], metavar="NAME", help="Plan the way to this package."),
    click.Option(["--rule"], metavar="RULE", help="Plan the way to what this rule settles on; default: nash."),
    click.Option(
        ["--aim"],
        default="exposure",
        metavar="AIM",
        help="What to make best: exposure, bond, patience, trust, rounds, months or value; default: exposure.",
    ),
    click.Option(
        ["--order"], metavar="ROUNDS", help='Examine this order instead: "A1|B1|A2,B2", or a roadmap of the file.'
    ),
    click.Option(
        ["--max-exposure"],
        type=float,
        metavar="POINTS",
        callback=_finite,
        help="Nobody is exposed by more than this.",
    ),
    click.Option(["--max-per-round"], type=click.IntRange(1), metavar="N", help="At most so many steps in a round."),
    click.Option(["--alternating"], is_flag=True, help="The sides take turns, one in each round."),
    click.Option(["--first"], metavar="PARTY", help="Who carries out all of the first round."),
    click.Option(["--pin"], multiple=True, metavar="STEP=ROUND", help="A step comes in this round."),
    click.Option(["--bar"], multiple=True, metavar="STEP=ROUND", help="A step does not come in this round."),
    click.Option(["--deadline"], multiple=True, metavar="STEP=MONTH", help="A step is done by the end of this month."),
    click.Option(
        ["--no-incentives", "incentives"],
        is_flag=True,
        flag_value=False,
        default=True,
        help="Do not ask that nobody gains by walking away at the patience of the file.",
    ),
    click.Option(["--force"], is_flag=True, help="Plan also for a package that somebody would not sign."),
    LOG,
    click.Option(["--curve"], is_flag=True, help="Tell the least exposure for each number of rounds as well."),
    click.Option(["--start"], metavar="DAY", callback=_day, help="The day on which the first round begins."),
    click.Option(
        ["--draws"],
        type=int,
        default=512,
        metavar="N",
        callback=partial(_draws, most=1_000_000),
        help="Over so many draws tell how sure it is; 0: none; default: 512.",
    ),
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Of the draws; default: 1."),
)
FILTERS = (
    click.Option(["--party"], metavar="NAME", help="Only cases in which this party plays a part."),
    click.Option(["--domain"], metavar="WORD", help="Only cases of this field, such as arms control."),
    click.Option(["--ending"], metavar="WORDS", help="Only cases that ended so, such as 'no agreement'."),
    click.Option(["--linkage"], metavar="WORDS", help="none, deferred, dropped or 'insisted on'."),
    click.Option(["--offer"], metavar="WORDS", help="How the proposal was put, such as 'single package'."),
    click.Option(["--most"], type=click.IntRange(1), default=5, metavar="N", help="Of the nearest; default: 5."),
)
BACKTEST = (
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Of the resamples; default: 1."),
    click.Option(["--resamples"], type=click.IntRange(100, 100_000), default=2000, metavar="N", help="Default: 2000."),
)
EVENTS = click.Argument(["events"], metavar="FILE", shell_complete=_series)
CALIBRATE = (
    click.Option(["--dyad", "dyads"], multiple=True, metavar="NAME", help="Only this one; may be given several times."),
    click.Option(["--shock"], metavar="COLUMN", help="Of monthly scores: the column of what shook them."),
    click.Option(
        ["--held-out"],
        type=click.FloatRange(0.1, 0.6),
        default=1 / 3,
        show_default="a third",
        metavar="SHARE",
        help="The part of the months, the last ones, that forecasts are tested on.",
    ),
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Of the resamples; default: 1."),
    click.Option(
        ["--codes"],
        type=click.Choice(["gdelt", "icews"]),
        default="gdelt",
        help="Of CAMEO-coded events: whose weights; default: gdelt.",
    ),
)
OPINIONS = (
    click.Option(
        ["--opinions"],
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help="The folder of the opinions; default: opinions beside the scenario.",
    ),
    click.Option(["--draws"], type=click.IntRange(16, 20_000), default=256, metavar="N", help="Of each; default: 256."),
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Of the draws; default: 1."),
)
CHANCES = (
    click.Option(
        ["--draws"],
        type=int,
        default=0,
        metavar="N",
        callback=partial(_draws, most=100_000),
        help="Tell over so many draws of what is in doubt how likely each answer is; default: none.",
    ),
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Of the draws; default: 1."),
)
SHARING = (
    click.Option(
        ["--workers"],
        type=click.IntRange(1),
        default=lambda: os.cpu_count() or 1,
        metavar="N",
        help="Processes at once; default: as many as processors. The answer is the same for any number.",
    ),
    click.Option(
        ["--dask"],
        metavar="ADDRESS",
        help="Have the work done by a Dask cluster instead, whose scheduler is at ADDRESS (tcp://HOST:PORT).",
    ),
    click.Option(
        ["--resume"],
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Keep finished work in FILE; where it holds some of the same question, go on from there.",
    ),
)
"""Who does the work, and where it is kept; the function gets them as one `detente.Seam`."""

DRAWING = (
    click.Option(["--draws"], type=click.IntRange(16, 200_000), default=512, metavar="N", help="Default: 512."),
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Default: 1."),
    click.Option(["--method"], default="sobol", metavar="METHOD", help="sobol (scrambled, the default) or random."),
    click.Option(
        ["--error"],
        type=click.FloatRange(0, min_open=True),
        metavar="POINTS",
        callback=_finite,
        help="Double the draws until every share stands within so many percentage points.",
    ),
    *SHARING,
)
