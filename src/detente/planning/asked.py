"""What is asked for? The package to plan for, the order to examine, the limits to obey: each parsed here."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import isfinite

from detente.analysis.bargaining import bargain
from detente.analysis.packages import would_take
from detente.errors import InfeasibleError, NotFoundError
from detente.model.commitment import Plan, Rounds
from detente.model.names import nearest
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario
from detente.planning.blocked import with_line
from detente.planning.commitments import outcome_of
from detente.planning.game import Game, game, places
from detente.planning.measure import Order, Walk
from detente.planning.progress import Standing
from detente.planning.rules import Rules, passed
from detente.table import listed

_DIGITS = 30
"""Nobody counts rounds or months with more digits."""


def target_of(scenario: Scenario, package: str | None, rule: str | None) -> Outcome | None:
    """The outcome to plan for: a package, what a rule settles on, or (None) the commitments that are listed."""
    if package is not None:
        return outcome_of(scenario, package)
    if scenario.commitments and rule is None:
        return None
    settled_on = bargain(scenario).agreements
    if settled_on is None:
        raise InfeasibleError("no outcome is acceptable to all who must agree; name a package to plan for all the same")
    name = rule or "nash"
    if name not in settled_on:
        raise NotFoundError(f"no rule named '{name}'{nearest(name, settled_on)}")
    return settled_on[name].point.terms


def unwilling(scenario: Scenario, target: Outcome) -> tuple[str, ...]:
    """Who must agree and would not; under a quorum, nobody as long as enough would."""
    deciding = [party for party in scenario.parties.values() if party.must_agree]
    against = tuple(party.id for party in deciding if not would_take(scenario, party, target))
    quorum = scenario.quorum
    if quorum is not None and len(deciding) - len(against) >= quorum.at_least:
        return tuple(name for name in against if name in quorum.always)
    return against


def sweetened(scenario: Scenario, target: Outcome | None) -> Iterator[tuple[str, Game]]:
    """The same deal with one more issue in it, each way that everyone who must agree would still sign."""
    if target is None:
        return
    for name, issue in scenario.issues.items():
        for option in issue.options:
            more = {**target, name: option}
            if target[name] == issue.status_quo != option and scenario.allows(more) and not unwilling(scenario, more):
                yield f"{issue.name}: {issue.option_name(option)}", game(scenario, more)


def rules_of(
    here: Standing,
    max_exposure: Fraction | float | None,
    max_per_round: int | None,
    alternating: bool,
    first: str | None,
    places_: tuple[Sequence[str], Sequence[str], Sequence[str]],
) -> Rules:
    """The limits that an order must obey; NotFoundError for unknown names, InfeasibleError for what cannot be.

    `places_` are steps with rounds in which they come, with rounds in which they do not, and with months by which they
    are done, each as "step=number".
    """
    made = here.game
    pin, bar, deadline = ([_place(each, here) for each in given] for given in places_)
    if first is not None and first not in made.parties:
        raise NotFoundError(f"no party named '{first}'{nearest(first, made.parties)}")
    for k, place in pin:
        if (again := dict(pin)[k]) != place:
            raise InfeasibleError(f"{made.names[k]} cannot come both in round {place} and in round {again}")
        if (k, place) in bar:
            raise InfeasibleError(f"{made.names[k]} cannot both come in round {place} and not")
    latest = sum(made.lag)
    return Rules(
        most=None if max_per_round is None else min(max_per_round, len(made.commitments)),
        exposure=None if max_exposure is None else _points(max_exposure),
        alternating=alternating,
        first=None if first is None else made.parties.index(first),
        pinned=dict(pin),
        barred=frozenset(bar),
        deadlines={k: min(latest, *(month for j, month in deadline if j == k)) for k, _ in deadline},
        start=here.state,
    )


def _points(value: Fraction | float) -> Fraction:
    if not isfinite(value):
        raise ValueError(f"a number of points is due for max_exposure, not {value}")
    return Fraction(str(value))


def _place(text: str, here: Standing) -> tuple[int, int]:
    """A commitment and a round, from 'name=round'."""
    name, _, number = text.rpartition("=")
    if not number.strip().isdecimal() or len(number) > _DIGITS or not int(number):
        raise NotFoundError(f"'{text}' is not of the form commitment=number")
    place = _commitment(name.strip(), here)
    if here.state >> place & 1:
        raise InfeasibleError(f"the log has {here.game.names[place]} as done already")
    return place, int(number)


def _commitment(name: str, here: Standing) -> int:
    names = here.game.names
    if name not in names:
        if (gone := here.why_gone(name)) is not None:
            raise InfeasibleError(gone)
        raise NotFoundError(f"no commitment named '{name}'{nearest(name, names)}")
    return names.index(name)


def order_of(order: str | Rounds, here: Standing, plans: Mapping[str, Plan]) -> Order:
    """The rounds of an order, or of a plan by its name; NotFoundError for a name that is no commitment."""
    made, done = here.game, here.state
    if isinstance(order, str) and order in plans:
        order = plans[order].rounds
    if isinstance(order, str):
        steps = [_split(step.strip(), here.whole) for step in order.split("|")]
    else:
        steps = [list(step) for step in order]
    found = []
    for step in steps:
        if not step:
            raise InfeasibleError("a round of this order is empty")
        bits = [1 << _commitment(name, here) for name in step]
        if already := [name for name, bit in zip(step, bits, strict=True) if here.state & bit]:
            raise InfeasibleError(f"the log has {listed(already)} as done already: leave it out of the order")
        if len(set(bits)) < len(bits) or any(done & bit for bit in bits):
            raise InfeasibleError("a commitment comes twice in this order")
        found.append(sum(bits))
        done |= sum(bits)
    missing = [made.names[k] for k in places(made.all & ~done)]
    if missing:
        raise InfeasibleError(f"this order leaves out {listed(missing)}")
    return tuple(found)


def _split(step: str, made: Game) -> list[str]:
    """The names in a round; a name may itself hold a comma."""
    if step in made.names:
        return [step]
    parts = step.split(",")
    for k in range(len(parts), 0, -1):
        head = ",".join(parts[:k]).strip()
        if head in made.names:
            return [head, *(_split(",".join(parts[k:]).strip(), made) if parts[k:] else [])]
    return [part.strip() for part in parts]


def check_order(scenario: Scenario, walk: Walk, rules: Rules) -> None:
    """InfeasibleError where something comes before what it needs, or a condition or a limit is broken on the way."""
    names, needs = walk.game.names, walk.game.needs
    told = [f"{names[k]} needs {listed([names[p] for p in places(needs[k])])} before" for k in walk.broken_needs()]
    told += [
        f"after round {place} this order breaks {with_line(scenario, condition)}"
        for place, state in enumerate(walk.states)
        if place
        for condition in walk.game.breaks(state)
    ]
    told += [f"the order does not keep to a limit: {each}" for each in passed(walk, rules)]
    if told:
        raise InfeasibleError("; ".join(told))
