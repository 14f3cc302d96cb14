"""What could be otherwise about a process? Each number that chance, sight and consent rest on, and a way to set it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from detente.model.outcome import Outcome
from detente.model.process import ByParty, of_party
from detente.model.quantity import NOTHING, Quantity
from detente.model.scenario import Scenario
from detente.planning.commitments import ladders
from detente.planning.game import along, places

ALWAYS = Quantity.of(100)
HALF = Fraction(1, 2)

Put = Callable[[Scenario, Quantity], Scenario]


@dataclass(frozen=True, eq=False)
class Lever:
    """A number of a scenario: what it is about, as the file has it, what would be safer and how that is said."""

    about: str
    number: Quantity
    safer: Quantity
    says: str
    put: Put

    def set(self, scenario: Scenario, number: Quantity) -> Scenario:
        """The scenario with another number in its place."""
        return self.put(scenario, number)


def levers(scenario: Scenario, target: Outcome | None) -> tuple[Lever, ...]:
    """Every number that could make the way to an outcome safer (the scenario is settled)."""
    found = (*_sight(scenario, target), *_guarantees(scenario, target), *_consent(scenario), *_chance(scenario))
    return tuple(each for each in found if each.number != each.safer)


def _sight(scenario: Scenario, target: Outcome | None) -> Iterator[Lever]:
    """How well each step can be seen."""
    if target is None:
        for name, each in scenario.commitments.items():
            yield _seen(each.name, each.verifiable, _set_listed(name))
        return
    for issue, ladder in ladders(scenario, target).items():
        for option in ladder.options[1:]:
            found = scenario.issues[issue].options[option]
            label = f"{scenario.issues[issue].name}: {scenario.issues[issue].option_name(option)}"
            yield _seen(label, found.verifiable, _set_option(issue, option))


def _seen(label: str, number: Quantity | None, put: Put) -> Lever:
    return Lever(f"sight of {label}", number or ALWAYS, ALWAYS, f"every breach is seen: {label}", put)


def _set_listed(name: str) -> Put:
    def put(scenario: Scenario, number: Quantity) -> Scenario:
        each = replace(scenario.commitments[name], verifiable=number)
        return replace(scenario, commitments={**scenario.commitments, name: each})

    return put


def _set_option(issue: str, option: str) -> Put:
    def put(scenario: Scenario, number: Quantity) -> Scenario:
        found = scenario.issues[issue]
        options = {**found.options, option: replace(found.options[option], verifiable=number)}
        return replace(scenario, issues={**scenario.issues, issue: replace(found, options=options)})

    return put


def _guarantees(scenario: Scenario, target: Outcome | None) -> Iterator[Lever]:
    """A bond for each principal, as large as what its dearest step costs it."""
    game = along(scenario, None if target is None else ladders(scenario, target))
    for party in game.principals:
        name = game.parties[party]
        dearest = max((-game.lump[party][k] for k in places(game.own[party])), default=Fraction(0))
        flows = max((-game.flow[party][k] / (1 - game.discount) for k in places(game.own[party])), default=Fraction(0))
        now = scenario.course.stake.get(name, NOTHING)
        more = Quantity.of(now.likely + max(dearest, flows, Fraction(0)))
        title = scenario.parties[name].title
        says = f"{title} stakes {float(more.likely):.3g} points on keeping its word"
        yield Lever(f"stake of {title}", now, more, says, _set_stake(name))


def _set_stake(name: str) -> Put:
    def put(scenario: Scenario, number: Quantity) -> Scenario:
        return replace(scenario, course=replace(scenario.course, stake={**scenario.course.stake, name: number}))

    return put


def _consent(scenario: Scenario) -> Iterator[Lever]:
    """Allies that may spoil, and parliaments that may refuse."""
    for name, party in scenario.parties.items():
        for field, about, says in (
            ("spoiling", f"spoiling by {party.title}", f"{party.title} is won over"),
            ("ratification", f"ratification by {party.title}", f"{party.title} has ratified beforehand"),
        ):
            number = of_party(getattr(scenario.process, field), name)
            concerned = party.must_agree == (field == "ratification")
            if number is not None and concerned:
                yield Lever(about, number, NOTHING, says, _set_by_party(field, name))
    for name, leader in scenario.process.leadership.items():
        title = scenario.parties[name].title
        says = f"the next leader of {title} is bound"
        yield Lever(f"another leader of {title}", leader.chance, NOTHING, says, _set_leader(name))


def _set_by_party(field: str, name: str) -> Put:
    def put(scenario: Scenario, number: Quantity) -> Scenario:
        table: ByParty = {**getattr(scenario.process, field), name: number}
        changed: dict[str, Any] = {field: table}
        return replace(scenario, process=replace(scenario.process, **changed))

    return put


def _set_leader(name: str) -> Put:
    def put(scenario: Scenario, number: Quantity) -> Scenario:
        leadership = scenario.process.leadership
        changed = {**leadership, name: replace(leadership[name], chance=number)}
        return replace(scenario, process=replace(scenario.process, leadership=changed))

    return put


def _chance(scenario: Scenario) -> Iterator[Lever]:
    """Slips, false alarms, incidents, crises and breakdown."""
    process, course = scenario.process, scenario.course
    yield Lever("slips", process.slip, NOTHING, "nobody fails by mistake", _set_process("slip"))
    yield Lever("false alarms", process.false_alarm, NOTHING, "no false alarms", _set_process("false_alarm"))
    incidents = process.tension.incidents
    yield Lever("incidents", incidents, _halved(incidents), "incidents half as grave", _set_incidents)
    if process.crisis is not None:
        full = process.crisis[1]
        yield Lever("crises", full, _halved(full), "crises half as likely", _set_crisis)
    if course.breakdown is not None:
        half = _halved(course.breakdown)
        yield Lever("breakdown", course.breakdown, half, "breakdown half as likely", _set_breakdown)


def _halved(number: Quantity) -> Quantity:
    return Quantity.of(number.likely * HALF)


def _set_process(field: str) -> Put:
    def put(scenario: Scenario, number: Quantity) -> Scenario:
        changed: dict[str, Any] = {field: number}
        return replace(scenario, process=replace(scenario.process, **changed))

    return put


def _set_incidents(scenario: Scenario, number: Quantity) -> Scenario:
    tension = replace(scenario.process.tension, incidents=number)
    return replace(scenario, process=replace(scenario.process, tension=tension))


def _set_crisis(scenario: Scenario, number: Quantity) -> Scenario:
    """Another chance of a crisis at full tension; that at no tension moves in proportion."""
    process = scenario.process
    if process.crisis is None or not process.crisis[1].likely:
        return scenario
    calm, full = process.crisis
    part = Quantity.of(calm.likely * number.likely / full.likely)
    return replace(scenario, process=replace(process, crisis=(part, number)))


def _set_breakdown(scenario: Scenario, number: Quantity) -> Scenario:
    return replace(scenario, course=replace(scenario.course, breakdown=number))
