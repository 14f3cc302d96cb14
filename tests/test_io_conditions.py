"""What do conditions leave? The same as trying every outcome, though options are merged and searches cut short."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from detente.io import read
from detente.io.conditions import Rules
from detente.model.issue import Issue, Option
from detente.model.outcome import Condition, Terms, holds

NAMES = ("i", "j", "k", "l")
OPTIONS = ("a", "b", "c")
ISSUES = {name: Issue(name, {option: Option(option) for option in OPTIONS}, "a") for name in NAMES}
OUTCOMES = [dict(zip(NAMES, each, strict=True)) for each in product(OPTIONS, repeat=len(NAMES))]

CHOICES = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=3, unique=True).map(tuple)
TERMS = st.dictionaries(st.sampled_from(NAMES), CHOICES, min_size=1, max_size=3)
CONDITIONS = st.builds(Condition, TERMS, TERMS | st.just({}))


@given(st.lists(CONDITIONS, max_size=8), st.lists(TERMS, max_size=5))
def test_a_demand_can_be_met_exactly_where_some_outcome_meets_it(
    conditions: list[Condition], demands: list[Terms]
) -> None:
    rules = Rules(conditions, ISSUES)
    allowed = [outcome for outcome in OUTCOMES if all(condition.allows(outcome) for condition in conditions)]

    for terms in ({}, *demands):
        assert rules.leave(terms) == any(holds(terms, outcome) for outcome in allowed)


@given(st.lists(CONDITIONS, max_size=8), st.sampled_from(OUTCOMES))
def test_an_outcome_breaks_the_conditions_that_do_not_allow_it(
    conditions: list[Condition], outcome: dict[str, str]
) -> None:
    broken = list(Rules(conditions, ISSUES).broken_by(outcome))

    assert broken == [number for number, condition in enumerate(conditions) if not condition.allows(outcome)]


def test_five_hundred_issues_and_demands_are_checked_soon() -> None:
    text = "detente: 1\ntitle: t\nparties: {p: {}}\nissues:\n"
    text += "".join(f"  i{k}: {{options: [a, b, c]}}\n" for k in range(500)) + "demands:\n"
    text += "".join(f"  d{k}: {{terms: {{i{k}: [b, c]}}}}\n" for k in range(500)) + "conditions:\n"
    text += "".join(f"  - {{never: {{i{k}: a, i{(k * 7 + 3) % 500}: b}}}}\n" for k in range(500))

    assert read(text).scenario is not None
