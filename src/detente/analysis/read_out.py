"""How is the result of many draws read out? A table for each question, the most telling first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.analysis.beliefs import believed
from detente.analysis.estimates import Chance, Spread
from detente.analysis.frontier import terms_in_words
from detente.analysis.influence import AGREEMENT, VALUE, Factor
from detente.analysis.robust import BEST_VALUE, Standing
from detente.model.scenario import Scenario
from detente.table import Table, figure, listed

if TYPE_CHECKING:
    from detente.analysis.judged import Given, Judgments

_LISTED = 8
"""So many factors at most are shown in a table; the JSON has them all."""

_LITTLE = 0.02
"""What is rarer than this, or less rarely otherwise, has too few draws to tell what drives it."""


def read_out(found: "Judgments") -> tuple[Table, ...]:
    """Every table that has something to say."""
    tables = [whole(found), packages(found), demands(found), vetoes(found), by_reading(found, found.opened)]
    tables += [robust(found), menu(found), rules(found), drivers(found), by_reading(found, found.given), tenths(found)]
    tables += [questions(found), believing(found)]
    return tuple(table for table in tables if table.rows)


def whole(found: "Judgments") -> Table:
    """Whether an agreement exists, and what the best one is worth."""
    low, _, middle, _, high = found.value.quantiles
    span = f"; 9 draws in 10 from {figure(low)} to {figure(high)}" if figure(low) != figure(high) else ""
    value = f"{figure(middle)} (the median){span}" if span else figure(middle)
    rows = (("an agreement exists", found.agreement.in_words), ("best joint value (Nash product)", value))
    return Table(f"How sure: {found.draws:,} draws ({found.method}), seed {found.seed}", ("", ""), rows)


def packages(found: "Judgments") -> Table:
    """Who would take each named package."""
    settled = found.scenario.settled()
    deciding = [name for name, party in settled.parties.items() if party.must_agree]
    heads = ("package", "all who must agree", "joint value kept", *(settled.parties[n].title for n in deciding))
    rows = tuple(
        (settled.packages[name].name, each.all.in_words, each.kept.in_words, *(each.by[p].in_words for p in deciding))
        for name, each in found.packages.items()
    )
    return Table("Who would take the packages", heads, rows)


def demands(found: "Judgments") -> Table:
    """What each demand comes to if it is insisted on."""
    rows = tuple((found.scenario.demands[name].name, kinds_in_words(each)) for name, each in found.demands.items())
    return Table("What the demands are", ("demand", "verdict if insisted on"), rows)


def vetoes(found: "Judgments") -> Table:
    """What each veto takes."""
    rows = tuple(
        (found.scenario.parties[name].title, *spread_in_words(spread)) for name, spread in found.vetoes.items()
    )
    columns = ("party", "takes of the joint value, on average", "in 9 draws of 10")
    return Table("What each veto takes, held or given", columns, rows)


def robust(found: "Judgments") -> Table:
    """The outcomes that stand up best, and what none could exceed."""
    aims: dict[tuple[str, ...], list[str]] = {}
    for aim, each in found.sturdy.robust.items():
        aims.setdefault(tuple(each.terms.values()), []).append(aim)
    rows = tuple(
        (
            listed(names),
            *_standing(found.scenario, found.sturdy.robust[names[0]]),
            "; ".join(_bound(aim, found.sturdy.at_most[aim]) for aim in names),
        )
        for names in aims.values()
    )
    columns = ("package", "terms", "passes", "joint value, on average", "kept", "none could do better than")
    return Table("What stands up best, of all that could be put together", columns, rows)


def _bound(aim: str, at_most: float) -> str:
    return figure(at_most) if aim == BEST_VALUE else percent(at_most)


def rules(found: "Judgments") -> Table:
    """What each fair rule would give the principals."""
    names = {rule: list(each) for rule, each in found.rules.items()}
    heads = tuple(found.scenario.parties[name].title for name in next(iter(names.values()), []))
    rows = tuple((rule, *(_gain_in_words(spread) for spread in each.values())) for rule, each in found.rules.items())
    title = "What each fair rule would give: on average where there is a deal, and in 9 draws of 10"
    return Table(title, ("rule", *heads), rows if heads and any(any(e.values()) for e in found.rules.values()) else ())


def _gain_in_words(spread: Spread | None) -> str:
    if spread is None:
        return "no deal"
    low, *_, high = (figure(each) for each in spread.quantiles)
    return spread.mean.in_words if low == high else f"{spread.mean.in_words}; {low} to {high}"


def menu(found: "Judgments") -> Table:
    """From what passes most often to what brings most."""
    rows = tuple(_standing(found.scenario, each) for each in found.sturdy.menu) if len(found.sturdy.menu) > 1 else ()
    columns = ("terms", "passes", "joint value, on average", "kept")
    return Table("A menu: more value, or more often acceptable", columns, rows)


def _standing(scenario: Scenario, each: Standing) -> tuple[str, str, str, str]:
    kept = percent(each.kept.mean, each.kept.se)
    return terms_in_words(scenario, each.terms), each.all.in_words, each.value.in_words, kept


def drivers(found: "Judgments") -> Table:
    """The total index of each factor for each headline that is in doubt, where it stands out from its error."""
    chances = {AGREEMENT: found.agreement.p, **{name: each.all.p for name, each in found.packages.items()}}
    doubtful = [name for name in found.influence.headlines if _LITTLE < chances.get(name, 0.5) < 1 - _LITTLE]
    shown = {
        name: {factor: share for factor, share in found.influence.ranked(name) if share.total > 2 * share.total_se}
        for name in doubtful
    }
    shown = {name: table for name, table in shown.items() if table}
    factors = {factor for table in shown.values() for factor in table}
    most = {factor: max(table[factor].total for table in shown.values() if factor in table) for factor in factors}
    rows = []
    for factor in sorted(factors, key=lambda each: (-most[each], each.kind, each.name))[:_LISTED]:
        shares = [table.get(factor) for table in shown.values()]
        cells = [percent(share.total, share.total_se) if share else "" for share in shares]
        rows.append((factor_in_words(found.scenario, factor), *cells))
    named = {AGREEMENT: "that a deal exists", VALUE: "best joint value"}
    heads = tuple(named.get(name) or found.scenario.packages[name].name for name in shown)
    return Table("What drives it: the part of the doubt in which each has a hand", ("", *heads), tuple(rows))


def factor_in_words(scenario: Scenario, factor: Factor) -> str:
    """What people call it."""
    if factor.kind == "judgment":
        return scenario.judgments[factor.name].name
    title = scenario.parties[factor.name].title if factor.name in scenario.parties else factor.name
    return f"the numbers of {title}" if factor.kind == "numbers" else f"the leaning of {title}"


def by_reading(found: "Judgments", given: "Mapping[str, Mapping[str, Given]]") -> Table:
    """The headlines for each reading of the judgments that move them most, or of those that are left open."""
    opened = given is found.opened
    ranked = [factor.name for headline in (VALUE, AGREEMENT) for factor, _ in found.influence.ranked(headline)]
    names = list(given) if opened else [name for name in dict.fromkeys(ranked) if name in given][:_LISTED]
    rows = tuple(
        (
            f"{found.scenario.judgments[name].name} {found.scenario.judgments[name].readings[reading].name}",
            "open" if each.weight is None else percent(each.weight),
            each.agreement.in_words,
            each.value.in_words,
        )
        for name in names
        for reading, each in given[name].items()
    )
    title = "What is left open: each reading in turn" if opened else "If one judgment were settled"
    return Table(title, ("reading", "weight", "an agreement exists", "best joint value"), rows)


def tenths(found: "Judgments") -> Table:
    """The headlines with all numbers of one party low, and high."""
    rows = []
    for party in found.influence.tenths:
        chance, value = (found.influence.tenths[party][headline] for headline in (AGREEMENT, VALUE))
        if chance[0] != chance[1] or value[0] != value[1]:
            words = [f"{percent(p.mean)}; {figure(v.mean)}" for p, v in zip(chance, value, strict=True)]
            rows.append((found.scenario.parties[party].title, *words))
    columns = ("party", "at the lower tenth of their ranges", "at the upper tenth")
    title = "If all numbers of one party lay low or high: the chance of a deal; the best joint value"
    return Table(title, columns, tuple(rows))


def questions(found: "Judgments") -> Table:
    """The judgments worth settling before one proposes anything."""
    if BEST_VALUE not in found.sturdy.robust:
        return Table("What to find out first", (), ())
    rows = tuple(
        (found.scenario.judgments[each.judgment].name, percent(each.share), _told(found, each.best))
        for each in found.sturdy.questions
        if each.gain.mean > 2 * each.gain.se
    )
    columns = ("question", "adds to the joint value to be expected", "what one would then propose differently")
    return Table("What to find out first", columns, rows)


def believing(found: "Judgments") -> Table:
    """What one would have to believe for answers to change."""
    return believed(found.scenario, found.tipping_agreement, found.tipping)


def _told(found: "Judgments", best: Mapping[str, Mapping[str, str]]) -> str:
    base, issues = found.sturdy.robust[BEST_VALUE].terms, found.scenario.issues
    parts = []
    for reading, terms in best.items():
        words = [f"{issues[i].name}: {issues[i].option_name(o)}" for i, o in terms.items() if o != base[i]]
        parts.append(f"if {reading}: {'; '.join(words)}")
    return " | ".join(parts)


def percent(share: float, error: float = 0.0) -> str:
    """A share in percent, with its error where it has one."""
    return Chance(share, error).in_words


def kinds_in_words(kinds: Mapping[str, Chance]) -> str:
    """What a demand comes to, the most likely first."""
    ranked = sorted(kinds.items(), key=lambda pair: -pair[1].p)
    return "; ".join(f"{kind} {chance.in_words}" for kind, chance in ranked)


def spread_in_words(spread: Spread | None) -> tuple[str, str]:
    """What a veto takes, on average and in nine draws of ten."""
    if spread is None:
        return "there is no joint value to take", ""
    low, *_, high = (percent(each) for each in spread.quantiles)
    return percent(spread.mean.mean, spread.mean.se), low if low == high else f"{low} to {high}"
