"""What has been found out about a scenario? Every answer that the brief rests on."""

from dataclasses import dataclass

from detente.analysis.bargaining import Bargain
from detente.analysis.demands import Demands
from detente.analysis.frontier import Frontier
from detente.analysis.judged import Judgments
from detente.analysis.packages import Packages
from detente.analysis.sensitivity import Sensitivity
from detente.analysis.vetoes import Vetoes
from detente.arguments.claims import Claims
from detente.catalog.precedents import Precedents
from detente.model.scenario import Scenario
from detente.planning.roadmap import Roadmap


@dataclass(frozen=True, slots=True)
class Findings:
    """Every answer that the brief rests on; for a roadmap that is not planned, why (nothing: not asked for).

    `judgments` is None where draws were not asked for, `precedents` where nothing says what kind of negotiation it is.
    """

    scenario: Scenario
    frontier: Frontier
    bargain: Bargain
    packages: Packages
    demands: Demands
    vetoes: Vetoes
    claims: Claims
    sensitivity: Sensitivity
    roadmap: Roadmap | str
    judgments: Judgments | None
    precedents: Precedents | None
