"""How sure is it? The chances that an agreement exists, that packages pass and that demands sink it, over draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Literal

import numpy as np

from detente.analysis.answers import KINDS, Answers, Floats, answers
from detente.analysis.by_rule import by_rule
from detente.analysis.draws import CHUNKS, Method, Parts, Plan, sizes, weights
from detente.analysis.estimates import Chance, Sample, Spread
from detente.analysis.fingerprint import fingerprint
from detente.analysis.influence import AGREEMENT, VALUE, Influence, Part, frozen_draws, influence, pick_and_freeze
from detente.analysis.judged import Acceptance, Crossing, Given, Judgments, Shares
from detente.analysis.robust import share_of, sturdy
from detente.analysis.shared import once
from detente.analysis.tipping import tipping_agreement, tippings
from detente.analysis.work import HERE, Crew, Seam, at_work
from detente.errors import NotFoundError
from detente.kernels.pruning import Bools, Ints
from detente.model.judgment import Judgment
from detente.model.names import nearest
from detente.model.scenario import Scenario

What = Literal["answers", "headlines", "influence"]
METHODS: tuple[Method, ...] = ("sobol", "random")
DRAWS, SEED = 512, 1
MOST = 200_000

CLOUD = 240
"""The best deals of so many draws are kept for the picture, and what each rule gives is looked at in so many."""


def judgments(
    scenario: Scenario,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    method: Method = "sobol",
    error: float | None = None,
    seam: Seam = HERE,
) -> Judgments:
    """How likely it is that an agreement exists, that each package passes, and that each demand sinks every deal.

    Every ranged number and every judgment with weights is drawn, each draw is answered exactly over all outcomes, and
    every share carries its standard error. With `error`, draws are added until every share stands within so many
    percentage points (at 95%). Judgments that are open are held at each of their readings in turn. The same seed gives
    the same answer to the last bit, whoever does the work (`seam`). NotFoundError for an unknown method; TooLargeError
    where the issues hang together too tightly.
    """
    if method not in METHODS:
        raise NotFoundError(f"no method named '{method}'{nearest(method, METHODS)}")
    if not CHUNKS <= draws <= MOST:
        raise ValueError(f"the number of draws lies from {CHUNKS} to {MOST:,}, not {draws}")
    question = {"question": "judgments", "scenario": _print(scenario), "seed": seed, "method": method}
    with at_work(seam, {**question, "draws": draws}) as crew:
        run = _Run(scenario, draws, seed, method, crew)
        found = _over_all(run, scenario, "answers")
        while error is not None and (wanted := _enough(run, found, error)) > run.draws:
            run = replace(run, draws=wanted)
            found = _in_parts([found, _over_all(run, scenario, "answers", found.draws)], run)
        return _judged(run, found)


def shares(scenario: Scenario, *, draws: int = DRAWS, seed: int = SEED, seam: Seam = HERE) -> Shares:
    """The chances of a deal, of each package and of each verdict alone, and what each veto takes.

    Raises TooLargeError where the issues hang together too tightly.
    """
    if not CHUNKS <= draws <= MOST:
        raise ValueError(f"the number of draws lies from {CHUNKS} to {MOST:,}, not {draws}")
    question = {"question": "shares", "scenario": _print(scenario), "seed": seed, "draws": draws}
    with at_work(seam, question) as crew:
        run = _Run(scenario, draws, seed, "sobol", crew)
        return _shares(run, _over_all(run, scenario, "answers"))


@dataclass(frozen=True, slots=True)
class _Run:
    """What is drawn, how often, and who does the work."""

    scenario: Scenario
    draws: int
    seed: int
    method: Method
    crew: Crew

    @property
    def sample(self) -> Sample:
        """How the draws fall into parts."""
        certain = not Plan.of(self.scenario).dimensions
        return Sample(tuple(size for size in sizes(self.draws) if size), certain=certain)


def _shares(run: _Run, found: Answers) -> Shares:
    plan, sample = Plan.of(run.scenario), run.sample
    return Shares(
        run.draws,
        run.seed,
        run.method,
        sample.chance(found.agreement),
        {name: _acceptance(plan, sample, found, name) for name in run.scenario.packages},
        {name: _kinds(sample, column) for name, column in found.demands.items()},
        {name: _spread(sample, column) for name, column in found.prices.items()},
    )


def _acceptance(plan: Plan, sample: Sample, found: Answers, name: str) -> Acceptance:
    doubtful = {doubt.party for doubt in plan.doubts}
    deciding = [party.id for party in plan.scenario.settled().parties.values() if party.must_agree]
    by = {
        party: sample.chance(found.takes[name][party], certain=not plan.judgments and party not in doubtful)
        for party in deciding
    }
    kept = sample.mean(share_of(found.value[name], found.best))
    value = sample.mean(found.value[name])
    return Acceptance(by, sample.chance(found.passes[name]), Chance(kept.mean, kept.se), value)


def _kinds(sample: Sample, column: Ints) -> dict[str, Chance]:
    return {kind: sample.chance(column == k) for k, kind in enumerate(KINDS) if (column == k).any()}


def _judged(run: _Run, found: Answers) -> Judgments:
    scenario = run.scenario
    plan, sample, told = Plan.of(scenario), run.sample, _shares(run, found)
    parts = [plan.parts([k], run.draws, run.seed, run.method) for k in range(CHUNKS) if sizes(run.draws)[k]]
    opened: dict[str, dict[str, Given]] = {}
    for judgment in scenario.judgments.values():
        for reading in judgment.readings if judgment.open else ():
            held = _over_all(run, scenario.assuming({judgment.id: reading}), "headlines")
            opened.setdefault(judgment.id, {})[reading] = _given(sample, held, None, None)
    there = np.flatnonzero(found.agreement)[:CLOUD]
    frozen = [Part.of_plain(part) for each in _each(run, scenario, "influence") for part in each]
    influenced = influence(plan, frozen)
    return Judgments(
        scenario=scenario,
        draws=run.draws,
        seed=run.seed,
        method=run.method,
        agreement=told.agreement,
        value=sample.spread(found.best),
        packages=told.packages,
        demands=told.demands,
        vetoes=told.vetoes,
        given={judgment.id: _by_reading(sample, found, judgment) for judgment in plan.judgments},
        opened=opened,
        cloud={name: tuple(gains[there].tolist()) for name, gains in found.gains.items()},
        rules=_rules(plan, parts),
        crossing=_crossing(plan, sample, found, influenced),
        sturdy=sturdy(plan, parts, found, sample),
        influence=influenced,
        tipping=tippings(scenario, list(scenario.packages)),
        tipping_agreement=tipping_agreement(scenario),
    )


def _crossing(plan: Plan, sample: Sample, found: Answers, influenced: Influence) -> Crossing | None:
    """The headlines for each pair of readings of the two judgments that move the chance of a deal most.

    Those that do not move it come after, in the order in which they move the joint value.
    """
    ranked = (*influenced.ranked(AGREEMENT), *influenced.ranked(VALUE))
    moving = list(dict.fromkeys(factor.name for factor, _ in ranked if factor.kind == "judgment"))
    if len(moving) < 2:
        return None
    first, second = (plan.scenario.judgments[name] for name in moving[:2])
    cells = {}
    for j, one in enumerate(first.readings):
        for k, other in enumerate(second.readings):
            where = (found.readings[first.id] == j) & (found.readings[second.id] == k)
            if where.any():
                cells[one, other] = _given(sample, found, where, float(where.mean()))
    return Crossing((first.id, second.id), cells)


def _rules(plan: Plan, parts: Sequence[Parts]) -> dict[str, dict[str, Spread | None]]:
    """What each rule gives each principal, over the first draws of each part."""
    few = [part[: CLOUD // CHUNKS] for part in parts]
    sample = Sample(tuple(len(part) for part in few))
    found = by_rule(plan, plan.drawn(np.concatenate(few)))
    return {rule: {name: _spread(sample, gains) for name, gains in each.items()} for rule, each in found.items()}


def _spread(sample: Sample, column: Floats) -> Spread | None:
    there = ~np.isnan(column)
    return sample.spread(np.where(there, column, 0.0), there) if there.any() else None


def _by_reading(sample: Sample, found: Answers, judgment: Judgment) -> dict[str, Given]:
    weight = weights(judgment) or {}
    places = {name: found.readings[judgment.id] == k for k, name in enumerate(judgment.readings)}
    return {name: _given(sample, found, where, weight[name]) for name, where in places.items() if where.any()}


def _given(sample: Sample, found: Answers, where: Bools | None, weight: float | None) -> Given:
    return Given(
        weight,
        sample.chance(found.agreement, where),
        sample.mean(found.best, where),
        {name: sample.chance(passes, where) for name, passes in found.passes.items()},
    )


def _over_all(run: _Run, scenario: Scenario, what: What, known: int = 0) -> Answers:
    return Answers.together([Answers.of_plain(each) for each in _each(run, scenario, what, known)])


def _print(scenario: Scenario) -> str:
    """The fingerprint of a scenario, taken once."""
    return once("fingerprint", scenario, lambda: fingerprint(scenario))


def _enough(run: _Run, found: Answers, error: float) -> int:
    """So many draws as should bring every share within an error: at most twice those there are, in whole parts."""
    excess = 196 * _shares(run, found).largest_error / error
    wanted = CHUNKS * ceil(run.draws * excess**2 / CHUNKS)
    return min(max(run.draws, wanted), 2 * run.draws, MOST - MOST % CHUNKS)


def _in_parts(found: Sequence[Answers], run: _Run) -> Answers:
    """The answers of a run and of what it was doubled by, part after part."""
    known = sizes(found[0].draws)
    added = [whole - part for whole, part in zip(sizes(run.draws), known, strict=True)]
    place = np.concatenate([np.repeat(np.arange(CHUNKS), each) for each in (known, added)])
    return Answers.together(found).at(np.argsort(place, kind="stable"))


_AT_LEAST: Mapping[What, int] = {"answers": 1024, "headlines": 1024, "influence": 32}
"""A job is as many parts as make so many draws, for draws are answered many at a time."""

Job = tuple[Scenario, What, tuple[int, ...], int, int, Method, int]


def _each(run: _Run, scenario: Scenario, what: What, known: int = 0) -> list[Any]:
    """The results of all jobs, in their order; without the draws that a run of `known` draws has answered."""
    draws = frozen_draws(Plan.of(scenario), run.draws) if what == "influence" else run.draws - known
    number = min(CHUNKS, max(1, draws // _AT_LEAST[what]))
    places = np.array_split([place for place in range(CHUNKS) if sizes(run.draws)[place]], number)
    jobs: list[Job] = [(scenario, what, tuple(p.tolist()), run.draws, run.seed, run.method, known) for p in places]
    batch = f"{what} of draws {known} to {run.draws} of {_print(scenario)}"
    return run.crew.carried_out(_done, jobs, batch)


def _done(job: Job) -> Any:
    """Some parts of the draws answered, in plain values."""
    scenario, what, places, draws, seed, method, known = job
    plan = Plan.of(scenario)
    if what == "influence":
        return [part.plain() for part in pick_and_freeze(plan, places, draws, seed, method)]
    drawn = plan.drawn(plan.parts(places, draws, seed, method, known))
    return answers(plan, drawn, headlines=what == "headlines").plain()
