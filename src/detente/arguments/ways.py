"""Do claims about the way hold: can it be gone, does it expose less, must one step come before another?"""

from fractions import Fraction

from detente.analysis.shared import once, recalled, remember
from detente.analysis.tables import Bound, plain
from detente.errors import InfeasibleError
from detente.model.claim import ComesBefore, ExposesLess, Reachable
from detente.model.names import nearest
from detente.model.scenario import Scenario
from detente.planning.best import Best, best
from detente.planning.commitments import outcome_of
from detente.planning.game import Game, game
from detente.planning.guarantees import guarantees, least_guaranteed
from detente.planning.halving import least_patience
from detente.planning.measure import Order, Walk
from detente.planning.patience import intervals, least
from detente.planning.rules import Rules, obeys
from detente.table import counted, figure, listed


def check(scenario: Scenario, bound: Bound, test: Reachable | ExposesLess | ComesBefore) -> None:
    """InfeasibleError or ScenarioError where there is no such way, or a step is not on it."""
    made = _game(scenario, bound, test.package)
    for name in (test.step, test.before) if isinstance(test, ComesBefore) else ():
        if name not in made.names:
            way = "the way" if test.package is None else f"the way to '{test.package}'"
            raise InfeasibleError(f"no step named '{name}' on {way}{nearest(name, made.names)}")


def reachable(scenario: Scenario, bound: Bound, test: Reachable) -> bool:
    """Whether some order of steps is self-enforcing: at the patience that is stated, or else at some patience."""
    return _passable(_game(scenario, bound, test.package), test.package) is test.expected


def _passable(made: Game, package: str | None) -> bool:
    """Whether some order is self-enforcing."""
    key = ("an order that held", package, made.names)
    known = recalled(key, tuple)  # what holds in one draw mostly holds in the next
    if known is not None and _keeps(made, known):
        return True
    order = _held(made).order
    if order is not None:
        remember(key, order)
    return order is not None


def _keeps(made: Game, order: Order) -> bool:
    walk = Walk(made, order)
    if made.patience is not None:
        return obeys(walk, Rules(), made.patience)
    return obeys(walk, Rules(), None) and least(intervals(walk)) is not None


def reachable_figure(scenario: Scenario, bound: Bound, test: Reachable) -> str:
    """In how many rounds, or what it would take."""
    made = _game(scenario, bound, test.package)
    found = _held(made)
    if found.order is not None:
        return f"self-enforcing in {counted(len(found.order), 'round')}"
    if made.patience is None:
        return "no order is self-enforcing at any patience"
    order = best(made, "bond", Rules(), None).order
    if order is None:
        return "no order obeys the conditions on the way"
    lacks = guarantees(least_guaranteed(Walk(made, order), made.patience), made.patience)
    titles = {p: scenario.parties[name].title for p, name in enumerate(made.parties)}
    said = [f"{figure(plain(lack))} points by {titles[p]}" for p, lack in lacks.items()]
    return f"no order is self-enforcing; it would take guarantees of {listed(said)}"


def exposes_less(scenario: Scenario, bound: Bound, test: ExposesLess) -> bool:
    """Whether the least exposed order exposes each of these parties less than everything at once."""
    return all(slow < fast for slow, fast in _exposures(scenario, bound, test).values())


def exposes_less_figure(scenario: Scenario, bound: Bound, test: ExposesLess) -> str:
    """Both exposures."""
    told = []
    for name, both in _exposures(scenario, bound, test).items():
        slow, fast = (figure(plain(each)) for each in both)
        told.append(f"{scenario.parties[name].title} is exposed by {slow} step by step, by {fast} at once")
    return "; ".join(told)


def _exposures(scenario: Scenario, bound: Bound, test: ExposesLess) -> dict[str, tuple[Fraction, Fraction]]:
    made = _game(scenario, bound, test.package)
    order = best(made, "exposure", Rules(), None).order
    if order is None:
        return {}
    slow, fast = Walk(made, order).exposures(), Walk(made, (made.all,)).exposures()
    places = {name: made.parties.index(name) for name in test.parties}
    nothing = Fraction(0)
    return {name: (slow.get(p, nothing), fast.get(p, nothing)) for name, p in places.items()}


def comes_before(scenario: Scenario, bound: Bound, test: ComesBefore) -> bool:
    """Whether there is a self-enforcing order, and none has the step in the same round as the other, or later."""
    return _turned(scenario, bound, test).order is None and _any_way(scenario, bound, test)


def comes_before_figure(scenario: Scenario, bound: Bound, test: ComesBefore) -> str:
    """An order that has it otherwise, if there is one."""
    found = _turned(scenario, bound, test)
    made = _game(scenario, bound, test.package)
    if found.order is None and not _any_way(scenario, bound, test):
        lacks = "obeys the conditions on the way" if made.patience is None else "is self-enforcing"
        return f"no order {lacks}, so there is none in which it comes first"
    if found.order is None:
        return "no order that holds has it otherwise"
    names = [[made.names[k] for k in range(len(made.names)) if step >> k & 1] for step in found.order]
    return f"holds otherwise too: {' | '.join(', '.join(step) for step in names)}"


def _any_way(scenario: Scenario, bound: Bound, test: ComesBefore) -> bool:
    """Whether any order holds: without patience in the file, whether any obeys what the steps need."""
    made = _game(scenario, bound, test.package)
    if made.patience is None:
        return best(made, "rounds", Rules(), None).order is not None
    return _passable(made, test.package)


def _turned(scenario: Scenario, bound: Bound, test: ComesBefore) -> Best:
    made = _game(scenario, bound, test.package)
    rules = Rules(after=((made.names.index(test.step), made.names.index(test.before)),))
    return best(made, "rounds", rules, made.patience)


def _held(made: Game) -> Best:
    if made.patience is None:
        return least_patience(made, Rules())
    return best(made, "rounds", Rules(), made.patience)


def _game(scenario: Scenario, bound: Bound, package: str | None) -> Game:
    """The steps of a way as numbers, worked out once for each scenario."""
    target = None if package is None else outcome_of(scenario, package)
    return once(f"way {bound} {package}", scenario, lambda: game(scenario, target, bound))
