"""Does a claim hold where its test does, to the last boundary, and is it contested where the ranges or readings say?"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
import judge
from detente.arguments.claims import claims
from detente.catalog import text
from detente.io import parse_scenario
from detente.model.claim import (
    AcceptedBy,
    Attainable,
    BetterFor,
    Claim,
    DemandIs,
    OnlyWithout,
    Rescues,
    Test,
    VetoCosts,
)
from detente.model.scenario import Scenario
from strategies import Draw, Node, negotiations, scenario_of, sets_of, some_terms

SETTINGS = settings(max_examples=70)
VERDICTS = [
    "harmless",
    *("nonstarter", "torpedo", "costly", "tradeable", "already in the best deal", "no deal either way"),
]


class Judged:
    """What a claim comes to in one world at one end of the ranges."""

    def __init__(self, scenario: Scenario, world: judge.World, bound: str) -> None:
        self.scenario, self.world, self.bound = scenario, world, bound
        self.view = judge.View(world, bound)

    def possible(self, *demands: str, lacking: str | None = None) -> bool:
        terms = [self.scenario.demands[name].terms for name in demands]
        without = self.scenario.demands[lacking].terms if lacking else None
        return any(
            all(judge.holds(each, at.outcome) for each in terms) and not (without and judge.holds(without, at.outcome))
            for at in self.view.passing
        )

    def package(self, name: str) -> judge.Outcome:
        return {**self.world.status_quo, **self.scenario.package(name).terms}

    def holds(self, test: Test) -> bool:
        world, bound = self.world, self.bound
        match test:
            case DemandIs(demand, verdicts):
                terms = self.scenario.demands[demand].terms
                found = self.view.verdict(terms, self.scenario.comparable)
                return found in verdicts or (
                    "harmless" in verdicts and found in ("tradeable", "already in the best deal")
                )
            case Attainable(None, terms, expected):
                return any(each.passes for each in self.view.holding(terms)) == expected
            case Attainable(str(package), _, expected):
                outcome = self.package(package)
                return (judge.allows(world, outcome) and judge.passes(world, outcome, bound)) == expected
            case AcceptedBy(package, parties, expected):
                outcome = self.package(package)
                return all(judge.accepts(world, p, outcome, bound) == expected for p in parties)
            case BetterFor(package, than, parties):
                new, old = self.package(package), self.package(than)
                return all(judge.advantage(world, name, new, old, bound) > 0 for name in parties)
            case VetoCosts():
                cost = self.cost(test)
                return cost <= test.amount if test.at_most else cost >= test.amount
            case Rescues(rescuer, demand):
                return self.possible(rescuer, demand) and not self.possible(demand, lacking=rescuer)
            case OnlyWithout(demands):
                return bool(self.view.passing) and not self.possible(*demands)
        raise AssertionError(test)

    def can_ask(self, test: Test) -> bool:
        """What a say costs is no question about a principal."""
        return not isinstance(test, VetoCosts) or self.world.sides[test.party].role != "principal"

    def cost(self, test: VetoCosts) -> Fraction:
        price = judge.Heard(self.world, test.party, self.bound).price()
        if test.to is not None:
            return price.principals.get(test.to, Fraction(0))
        return (price.share or Fraction(0)) if test.share else price.nash


@st.composite
def some_test(draw: Draw, scenario: Scenario, bench: Judged) -> Test:
    """A test of any kind; what a veto is said to cost is often just what it does."""
    sides, packages = st.sampled_from(list(scenario.parties)), st.sampled_from([*scenario.packages, "status quo"])
    some = st.lists(sides, min_size=1, max_size=2, unique=True).map(tuple)
    options = {name: list(each) for name, each in bench.world.issues.items()}
    kinds = [
        st.builds(Attainable, package=packages, expected=st.booleans()),
        st.builds(Attainable, terms=some_terms(options, 2).map(lambda n: sets_of(options, n)), expected=st.booleans()),
        st.builds(AcceptedBy, packages, some, st.booleans()),
        st.builds(BetterFor, packages, packages, some),
    ]
    if scenario.demands:
        names = st.sampled_from(list(scenario.demands))
        kinds += [
            st.builds(DemandIs, names, st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=2).map(tuple)),
            st.builds(Rescues, names, names),
            st.builds(OnlyWithout, st.lists(names, min_size=1, max_size=2, unique=True).map(tuple)),
        ]
    test = draw(st.one_of(*kinds, veto_tests(scenario)))
    if isinstance(test, VetoCosts) and bench.can_ask(test):
        exact = bench.cost(test)
        amount = draw(st.sampled_from([exact, exact, Fraction(1, 10), Fraction(2)]))
        return replace(test, amount=amount) if amount or test.at_most else replace(test, amount=Fraction(1))
    return test


def veto_tests(scenario: Scenario) -> st.SearchStrategy[VetoCosts]:
    sides = st.sampled_from(list(scenario.parties))
    in_all = st.builds(VetoCosts, sides, st.just(Fraction(0)), st.booleans(), st.none(), st.booleans())
    return in_all | st.builds(VetoCosts, sides, st.just(Fraction(0)), st.just(False), sides, st.booleans())


def flips(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for name, judgment in scenario.judgments.items():
        for reading in judgment.readings:
            if reading != judgment.likely:
                yield name, reading


def are_the_judges(tree: Node, data: st.DataObject, number: int) -> None:
    scenario = scenario_of(tree)
    benches = {bound: Judged(scenario, judge.world_of(tree), bound) for bound in ("low", "likely", "high")}
    turned = [(name, Judged(scenario, judge.world_of(tree, {name: r}), "likely")) for name, r in flips(scenario)]
    made = {f"c{k}": data.draw(some_test(scenario, benches["likely"])) for k in range(number)}
    said = {name: Claim(name, "so they say", test=test) for name, test in made.items()}

    for found in claims(replace(scenario, claims=said)).verdicts:
        test = made[found.claim.id]
        if not benches["likely"].can_ask(test):
            assert (found.verdict, found.likely, found.flips) == ("untestable", None, ()), test
            continue
        held = {bound: bench.holds(test) for bound, bench in benches.items()}
        assert found.likely == held["likely"], test
        firm = "holds" if held["likely"] else "fails"
        assert found.verdict == (firm if len(set(held.values())) == 1 else "contested"), test
        asked = [(name, bench) for name, bench in turned if bench.can_ask(test)]
        assert set(found.flips) == {name for name, bench in asked if bench.holds(test) != held["likely"]}, test


@SETTINGS
@given(negotiations(quorum=False, judged=False), st.data())
def test_every_claim_under_unanimity_holds_where_the_judge_says(tree: Node, data: st.DataObject) -> None:
    are_the_judges(tree, data, 6)


@SETTINGS
@given(negotiations(quorum=None, judged=True, most_issues=3), st.data())
def test_every_claim_is_turned_by_the_judgments_that_turn_it_for_the_judge(tree: Node, data: st.DataObject) -> None:
    are_the_judges(tree, data, 4)


def gate(most: object, less: object) -> Scenario:
    """One side, and a gate that shuts out its best deal."""
    return scenario_of(
        {
            "detente": "1",
            "title": "By hand",
            "issues": {"x": {"options": ["no", "some", "all"]}},
            "parties": {
                "a": {"worth": {"x": {"some": less, "all": most}}},
                "gate": {"role": "veto", "refuses": {"x": ["all"]}},
            },
        }
    )


@pytest.mark.parametrize(
    ("most", "less", "test"),
    [
        (10, 7, VetoCosts("gate", Fraction(3, 10), share=True)),
        (10, 3, VetoCosts("gate", Fraction(7, 10), share=True, at_most=True)),
        ("0.3", "0", VetoCosts("gate", Fraction(3, 10))),
        ("0.1", "0", VetoCosts("gate", Fraction(1, 10), at_most=True)),
        ("0.3", "0", VetoCosts("gate", Fraction(3, 10), to="a")),
        ("0.1", "0", VetoCosts("gate", Fraction(1, 10), to="a", at_most=True)),
    ],
)
def test_a_veto_that_costs_just_so_much_costs_at_least_and_at_most_that(
    most: object, less: object, test: VetoCosts
) -> None:
    scenario = replace(gate(most, less), claims={"c": Claim("c", "so they say", test=test)})

    assert claims(scenario).verdicts[0].verdict == "holds"


def test_a_claim_without_a_test_is_untestable_and_nothing_turns_it() -> None:
    found = claims(replace(gate(3, 1), claims={"c": Claim("c", "so they say", why="no number for it")})).verdicts[0]

    assert (found.verdict, found.likely, found.flips, found.figure) == ("untestable", None, (), "")


def test_a_veto_party_with_no_say_over_a_package_stops_nothing() -> None:
    found = detente.claims(
        parse_scenario("""
detente: 1
title: No loan
issues: {deal: {options: [none, x]}, loan: {options: [no, yes]}}
parties:
  a: {worth: {deal: {x: 10}}}
  senate: {role: veto, over: {loan: yes}, worth: {deal: {x: -1}}, refuses: {deal: x}}
packages: {plan: {terms: {deal: x}}}
claims:
  lets: {says: The senate lets it pass., test: {package: plan, accepted_by: senate}}
  stops: {says: The senate stops it., test: {package: plan, refused_by: senate}}
""")
    )

    assert [each.verdict for each in found.verdicts] == ["holds", "fails"]
    assert "senate has no say here" in found.verdicts[0].figure


LOW = """
detente: 1
title: A demand that is hopeless, in a deal that may be hopeless
issues: {x: {options: [no, yes]}, y: {options: [no, yes]}}
parties:
  a: {reservation: 0, worth: {x: {yes: -1..3}}}
  b: {reservation: 1, worth: {x: {yes: 2}}, refuses: {y: yes}}
demands: {d: {by: a, terms: {y: yes}}}
claims: {c: {says: It sinks the deal., test: {demand: d, is: [nonstarter, torpedo]}}}
"""


def test_a_claim_on_a_demand_says_at_which_end_it_is_something_else() -> None:
    scenario = detente.parse_scenario(LOW)
    (found,) = detente.claims(scenario).verdicts

    assert not detente.demands(scenario).verdicts["d"].contested
    assert (found.verdict, found.likely) == ("contested", True)
    assert found.figure == "d: nonstarter (no deal either way with every gain low)"


def test_a_reading_that_makes_a_veto_a_principal_turns_no_claim_on_its_price() -> None:
    text = """
detente: 1
title: t
issues: {x: {options: [no, yes]}}
parties: {a: {worth: {x: {yes: 2}}}, b: {worth: {x: {yes: 1}}}, c: {role: veto, worth: {x: {yes: -1}}}}
claims: {c: {says: Its veto costs all., test: {veto: c, costs: 100%}}}
judgments: {j: {readings: {r: {change: {c: {role: principal}}}}}}
"""
    scenario = detente.parse_scenario(text)
    (found,) = detente.claims(scenario).verdicts
    (there,) = detente.claims(scenario.assuming({"j": "r"})).verdicts

    assert (found.verdict, found.flips) == ("holds", ())
    assert (there.verdict, there.figure) == ("untestable", "line 6: c is a principal, without whom there is no deal")


def test_what_a_veto_costs_at_the_ends_of_the_ranges_stands_with_the_claim_on_it() -> None:
    river = text("river").decode("utf-8")

    def said(test: str) -> str:
        claim = f"\nclaims: {{c: {{says: It counts., test: {test}}}}}\n"
        return detente.claims(parse_scenario(river + claim)).verdicts[0].figure

    assert said("{veto: senate, costs: 10%}") == "a veto for Upland senate costs 19.6% (0 to 55%; contested)"
    assert (
        said("{veto: senate, costs: 5}") == "a veto for Upland senate takes 11 of the Nash product (0 to 77; contested)"
    )
    assert said("{veto: delta, costs: 5%}") == "a veto for Delta fishers costs nothing"
