"""What does a process that was played out say? In sentences: what is completed, what it is worth, and how surely."""

from collections.abc import Callable, Iterator

from detente.analysis.estimates import Mean
from detente.simulation.choice import Regret
from detente.simulation.odds import Beside
from detente.simulation.rows import LASTING
from detente.simulation.runs import mixes_of
from detente.simulation.simulate import MOST_MIXES, Simulation, principal_sides
from detente.simulation.strategy import holds_out
from detente.table import counted, figure, listed, points

STEP_BY_STEP = "roadmap"
"""The strategy that goes step by step as planned; the others are told beside it."""

Read = Callable[[Beside], Mean]


def principals(found: Simulation) -> list[str]:
    """Whose worth is told: the principals, whoever leads first."""
    return [found.stage.names[i] for i in principal_sides(found.stage)]


def in_sentences(found: Simulation) -> list[str]:
    """What is completed most often, what is worth most to whom, and how step by step fares; as judged."""
    if len(found.strategies) < 2:
        return [_alone(found)]
    return [_completed(found), *(_worth(found, party) for party in principals(found))]


def strategies_in_words(found: Simulation) -> str:
    """What each strategy does that is played, in a line; those of somebody's own are known to whoever made them."""
    said = [f"{line.name}: {LEGEND[line.name]}" for line in found.problem.lines if line.name in LEGEND]
    named = found.scenario.process.everything
    if named is not None and any(holds_out(line.lead) for line in found.problem.lines):
        said.append(f"everything is here “{found.scenario.package(named).name}”")
    return "; ".join(said) + "." if said else ""


LEGEND = {
    "all-or-nothing": "everything at once, or nothing",
    "at-once": "the package at hand, all of it at once",
    "pressure": "sanctions until the others have done their part in everything",
    "patience": "nothing until the others have done their part in everything",
    "roadmap": "the planned order, round by round, and an end at a breach",
    "replanning": "the planned order, and after a breach what was broken first",
    "grit": "announced steps unasked, small ones first, up to a limit",
    "tit-for-tat": "a step for a step, and back for back",
    "issue-by-issue": "one issue after the other, each settled whole",
    "going-first": "all that it can do alone, at once and unasked",
    "responsive": "its part where that pays and its trust suffices",
}
"""What strategies do, for a legend."""


def never_agreed(found: Simulation) -> list[str]:
    """Why nothing is ever agreed with some strategies, as far as that is sure at the start."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in found.obstacles.items():
        by_reason.setdefault(reason, []).append(name)
    return [f"With {listed(names, 'or')} nothing is agreed: {reason}." for reason, names in by_reason.items()]


def beside_steps(found: Simulation) -> list[str]:
    """For each principal what is better for it than going step by step, what is worse, and what cannot be told."""
    if len(found.strategies) < 2 or STEP_BY_STEP not in found.strategies:
        return []
    return [_beside_steps(found, party) for party in principals(found)]


def least_regretted(found: Simulation) -> list[str]:
    """What each principal would regret least, over what the others may be like."""
    if len(found.odds) < 2 or len(found.strategies) < 2 or found.pairs:
        return []
    return [_least_regretted(each) for each in found.regrets]


def _least_regretted(regret: Regret) -> str:
    first = f"To {regret.title}, while nobody knows what the others are like, the lead's least regretted strategy"
    if len(regret.least) == len(regret.worst):
        return f"{first} cannot be told from these runs."
    most = points(regret.worst[regret.least[0]].mean)
    return f"{first} is {listed(regret.least, 'or')}: at worst {most} behind what would then be best."


def _alone(found: Simulation) -> str:
    name = found.strategies[0]
    odds = next(iter(found.odds.values()))[name]
    worth = [f"{odds.worth[p].in_words} to {found.title_of(p)}" for p in principals(found)]
    return (
        f"With {name}, something is agreed in {odds.agreement.in_words} of the runs, all is done in "
        f"{odds.implementation.in_words}, and {odds.collapse.in_words} collapse. It is worth {listed(worth)}, "
        "in points of their own."
    )


def _completed(found: Simulation) -> str:
    odds = next(iter(found.odds.values()))
    best = max(found.strategies, key=lambda name: odds[name].implementation.p)
    chance = odds[best].implementation
    if not chance.p:
        return _nothing_completed(found)
    level = _level_with(found, best, lambda each: each.implementation)
    if len(level) == len(found.strategies) - 1:
        return f"How often all is done, the runs do not tell apart: with {best} in {chance.in_words}."
    stands = odds[best].endings[LASTING].in_words
    first = f"All is done at some time most often with {best}: in {chance.in_words} of the runs; it stands in the end "
    first += f"in {stands}"
    if level:
        return f"{first}. How often, cannot be told from {listed(level)}."
    after = max((n for n in found.strategies if n != best), key=lambda name: odds[name].implementation.p)
    return f"{first}. With {after}, the next, all is done at some time in {odds[after].implementation.in_words}."


def _nothing_completed(found: Simulation) -> str:
    odds = next(iter(found.odds.values()))
    agreed = [name for name in found.strategies if odds[name].agreement.p]
    if not agreed:
        return "In none of the runs is anything agreed, whatever the strategy."
    never = [name for name in found.strategies if name not in agreed]
    said = f"In none of the runs is everything done; something is agreed with {listed(agreed)}"
    return f"{said}, and never with {listed(never, 'or')}." if never else f"{said}."


def _worth(found: Simulation, party: str) -> str:
    odds = next(iter(found.odds.values()))
    best = max(found.strategies, key=lambda name: odds[name].worth[party].mean)
    level = _level_with(found, best, lambda each: each.worth[party])
    title = found.title_of(party)
    if len(level) == len(found.strategies) - 1:
        return (
            f"What is worth most to {title} the runs do not tell: {best} comes to {odds[best].worth[party].in_words}."
        )
    first = f"To {title}, {best} is worth most: {odds[best].worth[party].in_words} in its points"
    if level:
        return f"{first}; {listed(level)} cannot be told from it."
    after = max((n for n in found.strategies if n != best), key=lambda name: odds[name].worth[party].mean)
    more = ahead(found, best, after, lambda each: each.worth[party])
    return f"{first}, {more.in_words} more than {after}, the next."


def _beside_steps(found: Simulation, party: str) -> str:
    rivals = [name for name in found.strategies if name != STEP_BY_STEP]
    lead = {name: ahead(found, STEP_BY_STEP, name, lambda each: each.worth[party]) for name in rivals}
    parts = [
        ("worth less than", [f"{n} (by {figure(-m.mean)})" for n, m in lead.items() if _apart(m) and m.mean < 0]),
        ("worth more than", [f"{n} (by {figure(m.mean)})" for n, m in lead.items() if _apart(m) and m.mean > 0]),
        ("not to be told from", [n for n, m in lead.items() if not _apart(m)]),
    ]
    if len(parts[-1][1]) == len(rivals) > 1:
        return f"To {found.title_of(party)}, step by step ({STEP_BY_STEP}) cannot be told from any other strategy."
    said = [f"{words} {listed(names)}" for words, names in parts if names]
    return f"To {found.title_of(party)}, step by step ({STEP_BY_STEP}) is {'; '.join(said)}."


def _level_with(found: Simulation, best: str, read: Read) -> list[str]:
    """The strategies that cannot be told from this one."""
    others = [name for name in found.strategies if name != best]
    return [name for name in others if not _apart(ahead(found, best, name, read))]


def ahead(found: Simulation, one: str, other: str, read: Read) -> Mean:
    """By how much one strategy exceeds another as judged, on the same draws."""
    differences = next(iter(found.differences.values()))
    if (one, other) in differences:
        return read(differences[one, other])
    back = read(differences[other, one])
    return Mean(-back.mean, back.se)


def _apart(difference: Mean) -> bool:
    """Whether a difference is beyond its errors, and large enough to be told."""
    return difference.above is not None and figure(difference.mean).strip("−-") != "0"


def assumed(found: Simulation) -> tuple[str, ...]:
    """What the answer rests on besides what the sides want."""
    return tuple(_assumed(found))


def _assumed(found: Simulation) -> Iterator[str]:
    others = listed(found.against, "or")
    yield f"{found.title_of(found.lead)} leads with one of the strategies; every other side follows {others}."
    if legend := strategies_in_words(found):
        yield legend[0].upper() + legend[1:]
    sizes = [str(len(step)) for step in found.rounds]
    yield f"The roadmap has {counted(len(sizes), 'round')}, of {listed(sizes)} {'step' if sizes == ['1'] else 'steps'}."
    if found.stated:
        yield "What sides may be like, what is seen, how tension moves and what may happen by chance is in the file."
    else:
        yield _defaults(found)
    if (mixes := len(mixes_of(found.stage))) > MOST_MIXES:
        yield (
            f"There are {mixes} mixes of what the sides may be like; more than {MOST_MIXES} are not played one by one, "
            "and every side is drawn as it is judged."
        )
    yield (
        "Worth is in each side's own points, discounted to the start: what is in force pays, and what is in force in "
        f"the last of the {found.months} months is counted as staying."
    )
    yield (
        f"Every strategy meets the same chance: {found.runs:,} runs, seed {found.seed}; ± is the standard error, and "
        "what lies within two of them is not told apart."
    )


def _defaults(found: Simulation) -> str:
    doubted = [
        found.title_of(name) for i, name in enumerate(found.stage.names) if (found.stage.prior[:, i] > 0).sum() > 1
    ]
    types = (
        f"{listed(doubted)} may each be trustworthy, an opportunist or a spoiler, each as likely as the others; "
        if doubted
        else ""
    )
    return (
        f"The file says nothing of a process, and this is taken instead: {types}whoever else takes part keeps its "
        "word; a breach is seen as surely as its step can be verified, and no step kept looks broken; there are no "
        "crises, no new leaders, no failed ratification and no spoilers; tension starts and rests at 0.5."
    )
