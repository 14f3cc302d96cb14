"""Can everything that has a verdict be explained, with lines that are there?"""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

import detente
from detente.analysis.demands import demands
from detente.arguments.claims import claims
from detente.arguments.explain import Step, explain
from detente.errors import NotFoundError
from detente.model.claim import AcceptedBy, Attainable, BetterFor, Claim, DemandIs, OnlyWithout, Rescues, VetoCosts
from detente.model.scenario import Scenario
from judge import text_of
from strategies import Node, negotiations

RULES = ("nash", "kalai-smorodinsky", "egalitarian", "utilitarian")


def lines(steps: tuple[Step, ...]) -> list[int | None]:
    return [line for step in steps for line in (step.line, *lines(step.steps))]


def argued(scenario: Scenario) -> Scenario:
    """The scenario with a claim of every kind that it can be put to."""
    side, package, wanted = next(iter(scenario.parties)), next(iter(scenario.packages)), list(scenario.demands)
    tests = [
        None,
        Attainable(package),
        AcceptedBy(package, (side,), expected=False),
        BetterFor(package, "status quo", (side,)),
        *(VetoCosts(name, Fraction(1, 10), share=True) for name in scenario.parties),
    ]
    tests += [each for one in wanted for each in (DemandIs(one, ("harmless",)), OnlyWithout((one,)))]
    tests += [Rescues(one, other) for one in wanted[:1] for other in wanted[1:]]
    return replace(scenario, claims={f"c{k}": Claim(f"c{k}", "so it is", test=t) for k, t in enumerate(tests)})


@settings(max_examples=30)
@given(negotiations(quorum=None, judged=True, most_issues=3))
def test_everything_is_explained_with_its_verdict_and_lines_that_are_there(tree: Node) -> None:
    text = text_of(tree).replace(', "', ',\n"')  # so that lines can be wrong
    scenario = argued(detente.parse_scenario(text, "random.json"))
    heard = [name for name, party in scenario.settled().parties.items() if party.role != "principal"]
    verdicts = {f"demand {name}": each.verdict for name, each in demands(scenario).verdicts.items()}
    verdicts |= {f"claim {each.claim.id}": each.in_words for each in claims(scenario).verdicts}
    subjects = [f"package {name}" for name in (*scenario.packages, "status quo")]
    subjects += [*verdicts, *(f"veto {name}" for name in heard), *(f"rule {name}" for name in RULES)]

    for subject in subjects:
        found = explain(scenario, subject)
        assert found.subject == subject
        assert found.verdict == verdicts.get(subject, found.verdict)
        assert found.steps
        assert all(line is None or 1 <= line <= text.count("\n") + 1 for line in lines(found.steps))
        assert found.table().rows
        assert found.payload()["subject"] == subject


@pytest.mark.parametrize(
    "subject", ["", "demand", "demand engineers' draft", "veto upland", "package", "rule", "claim x", "delta  ", "нет"]
)
def test_what_names_nothing_is_not_found(subject: str) -> None:
    with pytest.raises(NotFoundError, match="no demand, package, veto, claim or rule named"):
        explain(detente.load("river"), subject)


def test_the_sums_of_a_package_add_up_line_by_line() -> None:
    sides = {step.text.split(" gains ")[0]: step for step in explain(detente.load("river"), "engineers' draft").steps}

    assert [step.text for step in sides["Lowland"].steps] == [
        "half: 15",
        "yearly fee: −6",
        "yearly: 3",
        "less what it has without a deal: 0; worth of the status quo",
    ]
    assert sides["Lowland"].text == "Lowland gains 12 and takes it"


def test_a_name_of_two_kinds_is_told_apart_by_its_kind() -> None:
    river = detente.load("river")
    draft = next(iter(river.packages.values()))
    twice = replace(river, packages={**river.packages, "nash": replace(draft, id="nash")})

    with pytest.raises(NotFoundError, match="'package nash' or 'rule nash'"):
        explain(twice, "nash")
    assert explain(twice, "package nash").subject == "package nash"
    assert explain(twice, "rule nash").subject == "rule nash"
