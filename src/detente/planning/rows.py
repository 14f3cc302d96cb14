"""How is a roadmap told? As rows: the rounds, what they take, what breaks and mends them, and other orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from detente.analysis.frontier import terms_in_words
from detente.analysis.tables import plain
from detente.planning.blocked import with_line
from detente.planning.game import places
from detente.planning.measure import Incentive
from detente.planning.progress import Due
from detente.planning.sure import QUANTILES, Spread, Sureness
from detente.table import Table, counted, figure, listed, points

if TYPE_CHECKING:
    from detente.planning.roadmap import Roadmap

_MOST_BREACHES = 5
"""So many ways to break a plan are shown, the most likely first."""


def tables_of(found: Roadmap) -> tuple[Table, ...]:
    """The rounds, the measures, what would mend it, and the comparison."""
    return (
        *_so_far(found),
        rounds_of(found),
        *exposed_in_words(found),
        _measures(found),
        *_mended(found),
        *sure(found),
        *_noted(found),
        *_curve(found),
        beside(found),
    )


def rounds_of(found: Roadmap) -> Table:
    """One row for each round."""
    exposed = [p for p, value in found.walk.exposures().items() if figure(plain(value)) != "0"]
    titles = tuple(f"exposed: {found.scenario.parties[found.game.parties[p]].title}" for p in exposed)
    rows = tuple(_row(found, place, exposed) for place in range(len(found.walk.order)))
    columns = ("round", "months", "who does what", *titles)
    title = f"{found.scenario.title}. {found.says}"
    empty = f"{found.stuck[:1].upper()}{found.stuck[1:]}." if found.stuck else "Nothing is left to do."
    return Table(title, columns, rows, frozenset(titles), empty)


def exposed_in_words(found: Roadmap) -> tuple[Table, ...]:
    """Who is exposed to whom, by how much and when: the most that each would lose, and in which other rounds."""
    rows = []
    for party, most in found.walk.exposures().items():
        by_round = [found.walk.exposure(party, t) for t in range(len(found.walk.order))]
        low = [t for t, value in enumerate(by_round) if value > 0 and figure(plain(value)) != "0"]
        if not low:
            continue
        peak = by_round.index(most)
        peaks = [t for t in low if figure(plain(by_round[t])) == figure(plain(most))]
        others = [t for t in low if t not in peaks]
        less = f"; less in {_rounds(others)}" if others else ""
        whom = listed([found.scenario.parties[found.game.parties[p]].title for p in found.walk.exposed_to(party, peak)])
        name = found.scenario.parties[found.game.parties[party]].title
        rows.append((name, whom or "nothing is to come in return", f"{points(plain(most))} in {_rounds(peaks)}{less}"))
    columns = ("who", "to whom", "by how much, and when")
    return (Table("Who is exposed to whom", columns, tuple(rows)),) if rows else ()


def _rounds(places: Sequence[int]) -> str:
    return f"{'rounds' if places[1:] else 'round'} {listed([str(t + 1) for t in places])}"


def cautions(found: Roadmap) -> tuple[str, ...]:
    """What nobody may miss who sees no more than the order: that somebody would not sign, or gains by leaving."""
    titles = found.scenario.parties
    said = (
        [f"{listed([titles[name].title for name in found.forced])} would not sign this package"] if found.forced else []
    )
    if found.self_enforcing is False:
        leaving = {found.game.parties[each.party] for each in found.incentives if each.slack < 0}
        leavers = [party.title for name, party in titles.items() if name in leaving]
        gain = "gain" if leavers[1:] else "gains"
        said.append(f"not self-enforcing: {listed(leavers)} {gain} by walking away at some point")
    return tuple(said)


def _row(found: Roadmap, place: int, parties: Sequence[int]) -> tuple[str, ...]:
    walk = found.walk
    start, length = sum(walk.lengths[:place]), walk.lengths[place]
    months = str(start + 1) if length == 1 else f"{start + 1}–{start + length}"
    exposed = (figure(plain(max(Fraction(0), walk.exposure(p, place)))) for p in parties)
    return (str(place + 1), months, deeds(found, place), *exposed)


def deeds(found: Roadmap, place: int) -> str:
    """Who does what in a round, each step with its number."""
    said: dict[str, list[str]] = {}
    numbers = numbered(found)
    for k in places(found.walk.order[place]):
        each = found.commitments[k]
        who = listed([found.scenario.parties[party].title for party in each.by])
        said.setdefault(who, []).append(f"{numbers[k]} {each.name}{'' if each.reversible else ' (for good)'}")
    return "; ".join(f"{who}: {', '.join(each)}" for who, each in said.items())


def numbered(found: Roadmap) -> dict[int, int]:
    """The steps, numbered in their order."""
    return {k: number for number, k in enumerate((k for step in found.walk.order for k in places(step)), start=1)}


def _so_far(found: Roadmap) -> tuple[Table, ...]:
    """Where the plan stands by its log."""
    now = found.progress
    if now is None:
        return ()
    titles, names = found.scenario.parties, now.names
    done = [f"{names[name]} (verified by {now.verified[name]})" for name in now.done]
    rows = [("done", "; ".join(done))] if done else []
    told = {"missed": now.missed, "broken": now.broken, "left out until what is broken is done again": now.lost}
    rows += [(word, "; ".join(names[name] for name in some)) for word, some in told.items() if some]
    for condition in now.conditions:
        rows.append(("broken as things stand", with_line(found.scenario, condition)))
    for due in now.due:
        rows.append(_due_row(due, listed([titles[party].title for party in due.by]), names, now.log.today))
    exposed = [f"{titles[party].title} {figure(value)}" for party, value in now.exposed.items() if figure(value) != "0"]
    rows.append(("exposed now", listed(exposed) or "nobody"))
    if now.holds is not None:
        what = "the rest as agreed" if found.walk.order else "what is in force"
        rows.append((f"{what} is self-enforcing", _yes(now.holds)))
    if now.hold_back:
        rows.append(("to be held back", "; ".join(names[name] for name in now.hold_back)))
    if now.take_back:
        rows.append(("could be taken back", "; ".join(names[name] for name in now.take_back)))
    return (Table(f"Where it stands on {now.log.today}", ("", ""), tuple(rows)),)


def _due_row(due: Due, who: str, names: Mapping[str, str], today: date) -> tuple[str, str]:
    what = f"{who}: {names[due.commitment]}"
    if due.since > today:
        return (
            "next",
            f"{what}, from {due.since} on, once what came before is verified; to be verified by {due.verified}",
        )
    if due.overdue:
        return "overdue", f"{what}, since {due.since}; it was to be verified by {due.verified}"
    return "due", f"{what}, since {due.since}, to be verified by {due.verified}"


def _measures(found: Roadmap) -> Table:
    return Table("What it takes", ("", ""), tuple(_facts(found)))


def _facts(found: Roadmap) -> list[tuple[str, str]]:
    titles, discounts = found.scenario.parties, found.intervals
    exposed = [f"{titles[p].title} {figure(v)}" for p, v in found.exposure_by_party.items() if figure(v) != "0"]
    bond, rest = plain(found.walk.bond()), plain(found.walk.bond(completion=True))
    facts = [
        ("exposure", f"{figure(found.exposure)} at most: {listed(exposed)}" if exposed else "nobody"),
        ("bond", f"{figure(bond)}; counting completion {figure(rest)}"),
        ("patience needed", patience_in_words(discounts)),
    ]
    if found.patience is not None:
        facts.append(("trust needed", "no trust would do" if found.trust is None else f"{100 * found.trust:.3g}%"))
        contested = " at the likely values; contested within the ranges" if found.contested else ""
        facts.append(("self-enforcing", f"{_yes(found.self_enforcing)}{contested}"))
    facts += [
        ("time", f"{counted(len(found.walk.order), 'round')}, {counted(sum(found.walk.lengths), 'month')}"),
        ("value", f"{points(found.value)} for the principals together, along the way and after"),
    ]
    if found.status == "gap":
        facts.append(("proven", "nothing" if found.gap is None else f"nothing is better by more than {_gap(found)}"))
    if found.target is not None:
        facts.append(("leads to", terms_in_words(found.scenario, found.target)))
    return facts


def _gap(found: Roadmap) -> str:
    """How much better anything could be, rounded up: to two digits where the scale ends at 1."""
    gap = found.gap or 0
    if found.aim == "trust":
        return f"{_up(100 * gap):g} percentage points"
    if found.aim == "patience":
        return f"{_up(gap):g}"
    return figure(ceil(gap)) if gap >= 1000 else figure(ceil(10 * gap) / 10)


def _up(value: float) -> float:
    """Rounded up to two digits."""
    if not value:
        return 0.0
    digits = 1 - floor(log10(value))
    part = float(10.0**digits)
    return ceil(value * part) / part


def sure(found: Roadmap) -> tuple[Table, ...]:
    """What all this comes to over draws: chances first, then what it takes."""
    sure = found.sure
    if not isinstance(sure, Sureness):
        return (Table("How sure", ("",), (), empty=sure),) if sure else ()
    heads = ("", *(f"{part}%" for part in QUANTILES), "never")
    shown: list[tuple[str, Spread]] = []
    shown += [("patience needed", sure.patience)] if sure.patience is not None else []
    shown += [("trust needed", sure.trust)] if sure.trust is not None else []
    rows = [_quantiles(name, each, _part) for name, each in shown]
    titles = found.scenario.parties
    exposed = [(f"exposed: {titles[name].title}", each) for name, each in sure.exposure.items() if each.quantiles[95]]
    rows += [(*_quantiles(name, each, figure)[:-1], "") for name, each in exposed]
    title = f"How sure: {sure.draws:,} draws ({sure.method}), seed {sure.seed}"
    spreads = Table("What it takes, in so many of the draws at most", heads, tuple(rows), frozenset(heads[1:]))
    said = _chances(found, sure)
    return (Table(title, ("", ""), said), spreads) if said else (replace(spreads, title=f"{title}. {spreads.title}"),)


def _chances(found: Roadmap, sure: Sureness) -> tuple[tuple[str, str], ...]:
    if sure.self_enforcing is None:
        return ()
    titles, judgments = found.scenario.parties, sure.readings
    rows = [("self-enforcing", sure.self_enforcing.in_words)]
    rows += [(f"{name}: {reading}", c.in_words) for name, each in judgments.items() for reading, c in each.items()]
    rows += [(f"{titles[name].title} goes on throughout", chance.in_words) for name, chance in sure.goes_on.items()]
    for each in sure.breaches[:_MOST_BREACHES]:
        when = "once all is done" if each.round is None else f"in round {each.round}"
        rows.append((f"{titles[each.party].title} would leave {when}", each.chance.in_words))
    return tuple(rows)


def _quantiles(name: str, spread: Spread, said: Callable[[float], str]) -> tuple[str, ...]:
    values = ("never" if value is None else said(value) for value in spread.quantiles.values())
    return (name, *values, spread.never.in_words)


def _part(value: float) -> str:
    return f"{value:.4g}"


def _mended(found: Roadmap) -> tuple[Table, ...]:
    if found.self_enforcing is not False:
        return ()
    breaks = tuple(_break_row(found, each) for each in found.incentives if each.slack < 0)
    heads = ("when", "who", "does not do, or takes back", "gains by leaving")
    broken = Table("What breaks it", heads, breaks, frozenset({heads[-1]}))
    rows = tuple((each.in_words(found.scenario), each.price(found.scenario), each.effect) for each in found.mends.found)
    late = "" if found.mends.complete else " (there was no time to try everything)"
    return broken, Table(
        f"What would mend it, the cheapest first{late}",
        ("mend", "costs", "then"),
        rows,
        frozenset(),
        "Nothing that was tried.",
    )


def _break_row(found: Roadmap, each: Incentive) -> tuple[str, ...]:
    when = "once all is done" if each.round == len(found.walk.order) else f"round {each.round + 1}"
    title = found.scenario.parties[found.game.parties[each.party]].title
    numbers, steps = numbered(found), places(found.walk.dropped(each.party, each.round))
    dropped = ", ".join(f"{numbers[k]} {found.name_of(k)}" if k in numbers else found.name_of(k) for k in steps)
    return when, title, dropped, figure(plain(-each.slack))


def told(found: Roadmap) -> list[str]:
    """What is to be known: who would not sign, where the test is sufficient only, who is worse off on the way."""
    titles = found.scenario.parties
    names = listed([titles[name].title for name in found.forced])
    said = [f"{names} would not sign this package: it is planned all the same, because it was asked for."] * bool(names)
    said += found.notes
    for dip in found.dips:
        when = listed([str(place) for place in dip.rounds])
        lacks = f"{titles[dip.party].title} is worse off than without a deal after round {when}"
        said.append(f"{lacks}, by up to {points(dip.lacks)}.")
    return said


def _noted(found: Roadmap) -> tuple[Table, ...]:
    rows = tuple((each,) for each in told(found))
    return (Table("To be known", ("",), rows),) if rows else ()


def _curve(found: Roadmap) -> tuple[Table, ...]:
    rows = tuple(
        (str(s.rounds), str(s.months), figure(plain(s.exposure)), "yes" if s.proven else "no") for s in found.curve
    )
    columns = ("rounds", "months", "least exposure", "proven")
    return (Table("Speed against exposure", columns, rows, frozenset(columns[:3])),) if rows else ()


def beside(found: Roadmap) -> Table:
    """The order beside others."""
    columns = ("order", "rounds", "months", "exposure", "bond", "patience needed", "value", "self-enforcing")
    rows = tuple(each.row() for each in found.comparison)
    return Table("Beside other orders", columns, rows, frozenset(columns[1:5]) | {"value"})


def _yes(answer: bool | None) -> str:
    return "" if answer is None else ("yes" if answer else "no")


def patience_in_words(found: Sequence[tuple[float, float]] | None) -> str:
    """The intervals of patience, as people say them."""
    if found is None:
        return "not worked out: it takes too long"
    if not found:
        return "no patience would do"
    return (
        listed([f"{low:.4g} to {high:.4g}" if low else f"any up to {high:.4g}" for low, high in found]) + " per month"
    )
