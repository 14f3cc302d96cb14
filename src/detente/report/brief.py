"""What would a negotiator take into the room? The brief: every answer about a scenario, in plain words."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detente.analysis.bargaining import bargain
from detente.analysis.counting import Counts, counted, numbers
from detente.analysis.demands import DemandVerdict, demands
from detente.analysis.frontier import frontier
from detente.analysis.judgments import judgments
from detente.analysis.packages import packages
from detente.analysis.sensitivity import rests_on
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import plain, reservation
from detente.analysis.vetoes import vetoes
from detente.arguments.claims import claims
from detente.catalog.precedents import precedents
from detente.errors import TooLargeError
from detente.model.demand import Demand
from detente.model.party import Party
from detente.model.scenario import Scenario
from detente.planning.roadmap import Roadmap
from detente.report import by_steps, pages, sections
from detente.report.blocks import Block
from detente.report.findings import Findings
from detente.report.inspect import document
from detente.report.roadmaps import planned

if TYPE_CHECKING:
    from detente.simulation.simulate import Simulation

_ERROR = 2.0
"""The standard error, in percentage points, that the chances in a brief may have."""

_DRAWS = 640
"""So many draws to begin with: independent ones would do for any chance."""

_WAYS = 64
"""Over so many draws it is told how sure the order of steps is."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The brief as a list of blocks, to be shown in the terminal, in Markdown, as JSON or as one HTML page."""

    findings: Findings
    blocks: tuple[Block, ...]

    def payload(self) -> dict[str, object]:
        """For JSON."""
        found = self.findings
        return {
            "schema": "detente/brief/1",
            "title": found.scenario.title,
            "summary": found.scenario.summary,
            "in_short": sections.in_short(found),
            "frontier": found.frontier.payload(),
            "bargain": found.bargain.payload(),
            "packages": found.packages.payload(),
            "demands": found.demands.payload(),
            "vetoes": found.vetoes.payload(),
            "claims": found.claims.payload(),
            "roadmap": None if isinstance(found.roadmap, str) else found.roadmap.payload(),
            "process": None if found.played is None else by_steps.payload(found.played),
            "judgments": found.judgments.payload() if found.judgments else None,
            "precedents": found.precedents.payload() if found.precedents else None,
            "rests_on": [change.payload() for change in found.sensitivity.changes],
            "parties": {name: _party(found, party) for name, party in found.frontier.scenario.parties.items()},
            "notes": list(found.scenario.notes),
            "sources": dict(found.scenario.sources),
            "scenario": document(found.scenario),
        }

    def markdown(self) -> str:
        """The brief in Markdown."""
        return pages.markdown(self.blocks)

    def html(self) -> str:
        """The brief as one self-contained page: no network, no scripts, printable."""
        return pages.html(self.findings.scenario.title, self.blocks)


@sharing
def brief(scenario: Scenario, *, quick: bool = False) -> Brief:
    """The brief on a scenario: what is attainable, what would sink it, who needs a say, and on what that rests.

    Draws go on until the standard errors of the brief's percentages are at most 2 points. `quick` leaves out what takes
    longest: the order of steps, the draws, the claims on a process, all that asks for cases of the past, and how many
    outcomes are attainable at both ends of the ranges. Raises TooLargeError where the issues hang together too tightly.
    """
    way = "" if quick else _way(scenario)
    found = Findings(
        scenario,
        frontier(scenario, ends=not quick),
        bargain(scenario),
        packages(scenario),
        demands(scenario),
        vetoes(scenario, ends=not quick),
        claims(scenario, quick=quick, turned=False),
        rests_on(scenario),
        _obstacle(scenario),
        _unanimous(scenario, ends=not quick) if scenario.quorum else None,
        way,
        _played(scenario, way),
        None if quick or not scenario.issues else judgments(scenario, draws=_DRAWS, error=1.96 * _ERROR),
        None if quick or scenario.setting is None else precedents(scenario),
    )
    return Brief(found, sections.blocks(found))


def _unanimous(scenario: Scenario, *, ends: bool) -> Counts:
    """How many outcomes would suit everyone with a vote."""
    return numbers(counted(replace(settle(scenario), quorum=None), ends=ends))


def _obstacle(scenario: Scenario) -> DemandVerdict | None:
    """What stands in the way of any deal at all, where none is to be had."""
    if bargain(scenario).agreements is not None or not scenario.issues:
        return None
    return demands(replace(scenario, demands={"": Demand("", {})})).verdicts[""]


def _party(found: Findings, party: Party) -> dict[str, object]:
    """Its say, what it has without a deal and what it refuses, under the readings in force."""
    worth = reservation(found.frontier.scenario, party)
    return {
        "title": party.title,
        "role": party.role.value,
        "over": {issue: list(options) for issue, options in party.over.items()},
        "batna": party.batna,
        "no_deal": {
            **{end: plain(getattr(worth, end)) for end in ("low", "likely", "high")},
            "why": worth.why,
            "source": list(worth.source),
        },
        "refuses": {
            issue: {option: {"why": each.why, "source": list(each.source)} for option, each in options.items()}
            for issue, options in party.preferences.refuses.items()
        },
    }


def _way(scenario: Scenario) -> Roadmap | str:
    """The roadmap to the best deal, or why there is none."""
    if bargain(scenario).agreements is None and not scenario.commitments:
        return ""
    return planned(scenario, draws=_WAYS)


def _played(scenario: Scenario, way: Roadmap | str) -> "Simulation | None":
    """The roadmap and its rivals played out, where there is one and the file says how it goes among people."""
    if isinstance(way, str) or not way.walk.order or not scenario.states_process:
        return None
    from detente.simulation.simulate import simulate  # late: a quick brief needs none of it

    strategies, runs = by_steps.STRATEGIES, by_steps.RUNS
    try:
        return simulate(scenario, strategies=strategies, order=way.rounds, runs=runs, mixes=False)
    except TooLargeError:
        return None
