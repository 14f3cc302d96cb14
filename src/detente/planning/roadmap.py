"""In what order, so that nobody gains by walking away midway and nobody is further out on a limb than it can bear?"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from detente.analysis.judgments import SEED
from detente.analysis.limits import search_limit
from detente.analysis.shared import once, settle, sharing
from detente.analysis.tables import plain
from detente.catalog.record import read_log
from detente.errors import InfeasibleError, OutOfTimeError
from detente.model.commitment import Commitment, Rounds
from detente.model.log import Log, Promised
from detente.model.outcome import Outcome
from detente.model.scenario import Scenario
from detente.planning.asked import check_order, order_of, rules_of, sweetened, target_of, unwilling
from detente.planning.best import Speed, speed_against_exposure
from detente.planning.beware import Dip, dips, notes
from detente.planning.blocked import with_line
from detente.planning.choosing import GIVEN, INFEASIBLE, Chosen, check_aim, chosen
from detente.planning.commitments import ladders
from detente.planning.compare import Compared, compared, left_out
from detente.planning.drawn import Source
from detente.planning.game import Game, game, places
from detente.planning.halving import trust_needed
from detente.planning.measure import Incentive, Walk
from detente.planning.mends import Mends, mends
from detente.planning.patience import intervals, least
from detente.planning.progress import Progress, Standing, progress, standing
from detente.planning.rows import rounds_of, tables_of
from detente.planning.rules import holds
from detente.planning.sure import Sureness, how_sure
from detente.table import Table, listed


@dataclass(frozen=True, eq=False)
class Roadmap:
    """Rounds of commitments in order, and what follows from the order.

    `status` is "optimal" (nothing is better for the aim), "gap" (`gap` tells how much better anything could be, None if
    nothing is proven), "given" (the order was given) or "infeasible": then no order is self-enforcing, and the rounds
    are those with the least bond; `says` tells it in words. `forced` marks a package that somebody who must agree would
    not sign.
    `curve` has, if it was asked for, the least exposure for each number of rounds. With `progress`, the rounds are what
    is left. `start` is the day on which the first of them begins, if known. `sure` is what the order comes to over
    draws, if any were asked for and there is any doubt, or why there was no time for them.
    """

    scenario: Scenario
    target: Outcome | None
    aim: str
    status: str
    says: str
    gap: float | None
    walk: Walk
    patience: tuple[Fraction, ...] | None
    forced: tuple[str, ...]
    mends: Mends
    dips: tuple[Dip, ...]
    curve: tuple[Speed, ...] = ()
    progress: Progress | None = None
    start: date | None = None
    sure: Sureness | str | None = None

    @property
    def game(self) -> Game:
        """The commitments as numbers."""
        return self.walk.game

    @property
    def stuck(self) -> str:
        """Why nothing can be planned after what a log tells; empty where something is."""
        return "" if self.progress is None else self.progress.stuck

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """What is planned with."""
        return self.game.commitments

    @cached_property
    def rounds(self) -> Rounds:
        """The commitments by name, round by round."""
        return tuple(tuple(self.game.names[k] for k in places(step)) for step in self.walk.order)

    @cached_property
    def exposure_by_party(self) -> Mapping[str, float]:
        """The most that each would have lost if the others stopped just after it did its part."""
        return {self.game.parties[party]: plain(value) for party, value in self.walk.exposures().items()}

    @property
    def exposure(self) -> float:
        """The greatest of these."""
        return max(self.exposure_by_party.values(), default=0)

    @cached_property
    def intervals(self) -> tuple[tuple[float, float], ...] | None:
        """The discounts, the same for all, at which nobody gains by leaving; None where it takes very long."""
        found = intervals(self.walk)
        return None if found is None else tuple(found)

    @cached_property
    def incentives(self) -> tuple[Incentive, ...]:
        """Every incentive at the file's patience; none without it."""
        return () if self.patience is None else tuple(self.walk.incentives(self.patience))

    @property
    def self_enforcing(self) -> bool | None:
        """Whether nobody ever gains by walking away at the file's patience; None where the file names none."""
        return None if self.patience is None else all(each.slack >= 0 for each in self.incentives)

    @cached_property
    def ends(self) -> Mapping[str, Walk]:
        """The same order with every number at the low, or at the high end of its range; none where a log is given."""
        if self.progress is not None:
            return {}
        return {end: Walk(game(self.scenario, self.target, end), self.walk.order) for end in ("low", "high")}

    @property
    def contested(self) -> bool:
        """Whether it depends on the ranges that the order is self-enforcing."""
        answers = {self.self_enforcing}
        for walk in self.ends.values():
            answers.add(None if walk.game.patience is None else holds(walk, walk.game.patience))
        return len(answers) > 1

    @cached_property
    def trust(self) -> float | None:
        """The belief in the others that the most exposed side needs; None without patience, or where none would do."""
        found = None if self.patience is None else trust_needed(self.walk, self.patience)
        return None if found is None else plain(found)

    @cached_property
    def value(self) -> float:
        """What all principals together can expect from the start."""
        return plain(sum((self.walk.value(p) for p in self.game.principals), Fraction(0)))

    @cached_property
    def comparison(self) -> tuple[Compared, ...]:
        """The order beside others that people think of first, and the plans of the file."""
        return compared(self.scenario, self.walk, self.patience)

    def name_of(self, place: int) -> str:
        """What people call a commitment."""
        return self.commitments[place].name

    def payload(self) -> dict[str, object]:
        """For JSON."""
        found = self.intervals
        return {
            "schema": "detente/roadmap/1",
            "aim": self.aim,
            "status": self.status,
            "gap": self.gap,
            "rounds": [list(step) for step in self.rounds],
            "months": sum(self.walk.lengths),
            "exposure": self.exposure,
            "exposure_by_party": dict(self.exposure_by_party),
            "bond": plain(self.walk.bond()),
            "bond_with_completion": plain(self.walk.bond(completion=True)),
            "patience": {
                "least": least(list(found)) if found is not None else None,
                "intervals": [list(each) for each in found] if found is not None else None,
            },
            "trust": self.trust,
            "value": self.value,
            "ranges": {
                end: {
                    "exposure": plain(max(walk.exposures().values(), default=Fraction(0))),
                    "self_enforcing": None if walk.game.patience is None else holds(walk, walk.game.patience),
                }
                for end, walk in self.ends.items()
            },
            "contested": self.contested,
            "self_enforcing": self.self_enforcing,
            "terms": None if self.target is None else dict(self.target),
            "forced": list(self.forced),
            "steps": [self._step(place) for place in range(len(self.walk.order))],
            "breaks": [self._break(each) for each in self.incentives if each.slack < 0],
            "mends": [each.payload() for each in self.mends.found],
            "all_mends_tried": self.mends.complete,
            "dips": [{"party": d.party, "rounds": list(d.rounds), "lacks": d.lacks} for d in self.dips],
            "comparison": [each.payload() for each in self.comparison],
            "curve": [
                {"rounds": each.rounds, "months": each.months, "exposure": plain(each.exposure), "proven": each.proven}
                for each in self.curve
            ],
            "notes": list(self.notes),
            "progress": None if self.progress is None else self.progress.payload(),
            "how_sure": self.sure.payload() if isinstance(self.sure, Sureness) else None,
        }

    def _step(self, place: int) -> dict[str, object]:
        walk, parties = self.walk, self.game.parties
        return {
            "round": place + 1,
            "commitments": list(self.rounds[place]),
            "by": {self.game.names[k]: list(self.commitments[k].by) for k in places(walk.order[place])},
            "starts": sum(walk.lengths[:place]),
            "months": walk.lengths[place],
            "exposure": {parties[p]: plain(max(Fraction(0), walk.exposure(p, place))) for p in self.game.players},
            "exposed_to": {
                parties[p]: [parties[other] for other in walk.exposed_to(p, place)]
                for p in self.game.players
                if walk.exposure(p, place) > 0
            },
            "trust": {
                parties[each.party]: None if each.trust is None else plain(each.trust)
                for each in self.incentives
                if each.round == place
            },
        }

    def _break(self, each: Incentive) -> dict[str, object]:
        last = each.round == len(self.walk.order)
        return {
            "party": self.game.parties[each.party],
            "round": None if last else each.round + 1,
            "commitments": [self.game.names[k] for k in places(self.walk.dropped(each.party, each.round))],
            "gains_by_leaving": plain(-each.slack),
        }

    def tables(self) -> tuple[Table, ...]:
        """The rounds, the measures, what would mend it, and the comparison."""
        return tables_of(self)

    def table(self) -> Table:
        """One row for each round."""
        return rounds_of(self)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What to know: where the test is sufficient and not necessary, who is hurt, what is not compared."""
        return (*notes(self.game, self.scenario), *left_out(self.scenario, self.target, self.walk))


@sharing
def roadmap(
    scenario: Scenario,
    *,
    package: str | None = None,
    rule: str | None = None,
    aim: str = "exposure",
    order: str | Rounds | None = None,
    max_exposure: Fraction | float | None = None,
    max_per_round: int | None = None,
    alternating: bool = False,
    first: str | None = None,
    pin: Sequence[str] = (),
    bar: Sequence[str] = (),
    deadline: Sequence[str] = (),
    incentives: bool = True,
    force: bool = False,
    log: str | os.PathLike[str] | None = None,
    start: date | None = None,
    curve: bool = False,
    draws: int = 0,
    seed: int = SEED,
) -> Roadmap:
    """The best order of steps to a package, such that nobody gains by walking away on the way.

    Without a package (or a rule such as "nash" that settles on one) it plans with the commitments that the scenario
    lists, or else to the Nash agreement. `order` is an order to examine instead ("A1|B1|A2,B2", or a roadmap of the
    file by its name); `log` the file of what has happened since the plan was made (or the name of a case whose log
    ships with it): then it plans from there on. `start` is the day on which the first round begins, for calendars; with
    `curve` the least exposure is told for each number of rounds; with `draws` (at least 16) how sure all this is over
    so many draws of what is in doubt. Points are each party's own, times in periods.

    InfeasibleError for a package that somebody would not sign (`force` plans it all the same), or where no order obeys;
    NotFoundError for unknown names; ScenarioError for a log that contradicts the plan; OutOfTimeError where nothing is
    found in time.
    """
    settled = settle(scenario)
    target = target_of(settled, package, rule)
    forced = () if target is None else unwilling(settled, target)
    if forced and not force:
        names = listed([settled.parties[name].title for name in forced])
        raise InfeasibleError(f"{names} would not sign this package; --force plans the way to it all the same")
    made = game(settled, target)
    if not made.commitments:
        raise InfeasibleError("the package changes nothing, so there is nothing to plan")
    check_aim(made, aim)
    here = standing(made, None if log is None else followed(log, made, settled, target))
    rules = rules_of(here, max_exposure, max_per_round, alternating, first, (pin, bar, deadline))
    patience = here.game.patience if incentives else None

    def drawn_up() -> Roadmap:
        if order is None:
            found = chosen(settled, here, aim, rules, patience)
        else:
            walk = Walk(here.game, order_of(order, here, settled.roadmaps), here.state)
            check_order(settled, walk, rules)
            found = Chosen(walk.order, GIVEN, None, "The order given")
        return _result(settled, target, aim, found, here, forced)

    with search_limit():
        asked = f"roadmap to {target!r} {aim} {order!r} {rules!r} {patience!r}"
        found = drawn_up() if here.log is not None else once(asked, settled, drawn_up)
        if curve and not found.stuck:
            speeds = speed_against_exposure(here.game, replace(rules, exposure=None), patience)
            found = replace(found, curve=tuple(speeds))
    found = replace(found, start=start or (None if found.progress is None else found.progress.next))
    return replace(found, sure=_sure(scenario, found, draws, seed)) if draws and not found.stuck else found


def _sure(scenario: Scenario, found: Roadmap, draws: int, seed: int) -> Sureness | str | None:
    """What the order comes to over draws, or that there was no time for them."""
    ways = None if found.target is None else ladders(found.scenario, found.target)
    names = list(scenario.commitments) if ways is None else [name for each in ways.values() for name in each.rungs]
    lost = sum(1 << names.index(name) for name in (() if found.progress is None else found.progress.lost))
    try:
        return how_sure(Source(scenario, found.walk, ways, lost), draws=draws, seed=seed)
    except OutOfTimeError:
        return f"There was no time for {draws:,} draws: allow more, or ask for fewer."


def followed(source: str | os.PathLike[str], made: Game, scenario: Scenario, target: Outcome | None) -> Log:
    """The log of a plan with these commitments; ScenarioError, NotFoundError as for a roadmap."""

    def broken_by(before: frozenset[str], after: frozenset[str]) -> str | None:
        was, now = (made.breaks(sum(made.bits.get(name, 0) for name in names)) for names in (before, after))
        return next((with_line(scenario, each) for each in now if each not in was), None)

    ways = {} if target is None else ladders(scenario, target)
    promised = Promised(
        needs={each.id: each.needs for each in made.commitments},
        reversible=frozenset(each.id for each in made.commitments if each.reversible),
        rests=dict(pair for way in ways.values() for pair in pairwise(way.rungs)),
        keeps={each.id: each.above for each in made.commitments if each.above is not None},
        broken_by=broken_by,
    )
    return read_log(source, promised)


def _result(
    scenario: Scenario, target: Outcome | None, aim: str, found: Chosen, start: Standing, forced: tuple[str, ...]
) -> Roadmap:
    here = start.stopped() if found.stuck else start
    walk = Walk(here.game, found.order, here.state)
    patience = walk.game.patience
    mended = Mends()
    if patience is not None and not holds(walk, patience):
        more = () if here.log is not None else sweetened(scenario, target)
        mended = mends(walk, patience, more, hopeless=found.status == INFEASIBLE)
    return Roadmap(
        scenario=scenario,
        target=target,
        aim=aim,
        status=found.status,
        says=found.says if walk.order or found.stuck else "All is done",
        gap=None if found.gap is None or found.status in (GIVEN, INFEASIBLE) else plain(found.gap),
        walk=walk,
        patience=patience,
        forced=forced,
        mends=mended,
        dips=tuple(dips(scenario, walk)),
        progress=None if here.log is None else progress(here, here.log, walk.order, found.stuck),
    )
