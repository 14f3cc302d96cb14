"""What has been found out about a scenario? Every answer that the brief rests on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.analysis.bargaining import Bargain
from detente.analysis.counting import Counts
from detente.analysis.demands import Demands, DemandVerdict
from detente.analysis.frontier import Frontier
from detente.analysis.judged import Judgments
from detente.analysis.packages import Packages
from detente.analysis.sensitivity import Sensitivity
from detente.analysis.vetoes import Vetoes
from detente.arguments.claims import Claims
from detente.catalog.precedents import Precedents
from detente.model.scenario import Scenario
from detente.planning.roadmap import Roadmap

if TYPE_CHECKING:
    from detente.simulation.simulate import Simulation


@dataclass(frozen=True, slots=True)
class Findings:
    """Every answer that the brief rests on; for a roadmap that is not planned, why (nothing: not asked for).

    `obstacle` says what stands in the way where no deal is to be had; `unanimous`, under a quorum, how many outcomes
    would suit everyone with a vote. `played` is None where there is no roadmap to play or the file says nothing of a
    process, `judgments` where draws were not asked for, `precedents` where nothing says what kind of negotiation it is.
    """

    scenario: Scenario
    frontier: Frontier
    bargain: Bargain
    packages: Packages
    demands: Demands
    vetoes: Vetoes
    claims: Claims
    sensitivity: Sensitivity
    obstacle: DemandVerdict | None
    unanimous: Counts | None
    roadmap: Roadmap | str
    played: "Simulation | None"
    judgments: Judgments | None
    precedents: Precedents | None
