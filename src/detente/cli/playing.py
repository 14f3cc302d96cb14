"""What may be said of a process that is played out? Strategies by name, those of one's own file among them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

import detente
from detente.cli.failures import UsageFailure, reported
from detente.cli.parameters import LOG
from detente.model.names import strangers

if TYPE_CHECKING:
    from detente.simulation.strategy import Strategy

_RESPONSIVE = "responsive"
"""What the others do, if nothing else is said."""

_OWN = "detente.own"
"""Where, in the context of a command, strategies of somebody's own are kept."""


def _own(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    """Read the strategies of somebody's own, for the options that name strategies."""
    if value is not None and not ctx.resilient_parsing:
        with reported():
            ctx.meta[_OWN] = {each.name: each for each in detente.own_strategies(value)}


def _strategies(ctx: click.Context, param: click.Parameter, value: str | None) -> "Sequence[str | Strategy]":
    """The strategies of these names; none where none is named, unless there are some of somebody's own."""
    own = ctx.meta.get(_OWN, {})
    if value is None:
        return (*detente.STRATEGIES, *own.values()) if own else ()
    names = [name.strip() for name in value.split(",")]
    if not all(names):
        raise click.BadParameter("names of strategies are due here, separated by commas", ctx, param)
    return _named(own, names)


def _against(ctx: click.Context, param: click.Parameter, value: str) -> "Sequence[str | Strategy]":
    """The strategies of these names."""
    return _named(ctx.meta.get(_OWN, {}), [name.strip() for name in value.split(",")])


def _named(own: "Mapping[str, Strategy]", names: Sequence[str]) -> "tuple[str | Strategy, ...]":
    """Strategies of somebody's own, or else names; where some are one's own, the nearest is told of them as well."""
    unknown = strangers("strategy", names, (*own, *detente.STRATEGIES, _RESPONSIVE)) if own else ""
    if unknown:
        raise UsageFailure(unknown)
    return tuple(own.get(name, name) for name in names)


def _mixes(ctx: click.Context, param: click.Parameter, value: bool | None) -> bool:
    """Every mix of types, unless strategies were named."""
    return ctx.get_parameter_source("strategies") is not ParameterSource.COMMANDLINE if value is None else value


SIMULATE = (
    click.Option(["--runs"], type=click.IntRange(1, 10_000_000), default=1000, metavar="N", help="Default: 1000."),
    click.Option(["--seed"], type=click.IntRange(0), default=1, metavar="N", help="Of all chance; default: 1."),
    click.Option(["--months"], type=click.IntRange(1, 1_200), default=120, metavar="N", help="Default: 120."),
    click.Option(
        ["--strategy", "strategies"],
        metavar="NAMES",
        callback=_strategies,
        help="What the side that leads may do, separated by commas; default: every strategy there is.",
    ),
    click.Option(
        ["--against"],
        default=_RESPONSIVE,
        metavar="NAMES",
        callback=_against,
        help="What the others do, separated by commas: every pair is then played; default: responsive.",
    ),
    click.Option(
        ["--own"],
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        callback=_own,
        help="A Python file with strategies of your own; it is run.",
    ),
    click.Option(["--everything"], metavar="NAME", help="The package that all or nothing means; default: the file's."),
    click.Option(["--lead"], metavar="PARTY", help="The side that leads; default: as the file says, or the first."),
    click.Option(["--package"], metavar="NAME", help="Play the way to this package."),
    click.Option(["--rule"], metavar="RULE", help="Play the way to what this rule settles on; default: nash."),
    click.Option(["--order"], metavar="ROUNDS", help='The roadmap to follow: "A1|B1|A2,B2", or a roadmap of the file.'),
    click.Option(
        ["--mixes/--no-mixes"],
        default=None,
        callback=_mixes,
        help="Play every mix of what the sides may be like as well; default: unless --strategy is given.",
    ),
    click.Option(["--doubt"], is_flag=True, help="Tell what turns on each judgment, and who wins where."),
    click.Option(["--safer"], metavar="NAME", help="Tell what would make this strategy safer."),
    LOG,
)
