"""What has been found out about a scenario? Every answer that the brief rests on."""

from dataclasses import dataclass

from detente.analysis.bargaining import Bargain
from detente.analysis.claims import Claims
from detente.analysis.demands import Demands
from detente.analysis.frontier import Frontier
from detente.analysis.packages import Packages
from detente.analysis.sensitivity import Sensitivity
from detente.analysis.vetoes import Vetoes
from detente.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Findings:
    """Every answer that the brief rests on."""

    scenario: Scenario
    frontier: Frontier
    bargain: Bargain
    packages: Packages
    demands: Demands
    vetoes: Vetoes
    claims: Claims
    sensitivity: Sensitivity
