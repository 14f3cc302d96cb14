"""Plans negotiations that can succeed: what is attainable, what would sink it, and on what that rests.

Every name below is loaded when it is first used, so that `import detente` costs nothing.

>>> import detente
>>> detente.bargain(detente.load("river")).agreements["nash"].point.gains["upland"]
15
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.analysis.bargaining import Agreement, Bargain, bargain
    from detente.analysis.demands import Demands, demands
    from detente.analysis.frontier import Frontier, Point, frontier
    from detente.analysis.improve import Improvements, improve
    from detente.analysis.insist import Insistence, insist
    from detente.analysis.judged import Judgments
    from detente.analysis.judgments import judgments
    from detente.analysis.limits import time_limit
    from detente.analysis.opinions import Opinions
    from detente.analysis.packages import Packages, packages
    from detente.analysis.vetoes import Vetoes, vetoes
    from detente.analysis.work import Seam
    from detente.arguments.claims import Claims, claims
    from detente.arguments.explain import Explanation, explain
    from detente.catalog.backtest import Backtest, backtest
    from detente.catalog.listing import Catalog, scenarios
    from detente.catalog.loading import Check, check, load
    from detente.catalog.opinions import opinions
    from detente.catalog.precedents import Precedents, precedents
    from detente.cli.gallery import Gallery, gallery
    from detente.cli.starter import new
    from detente.errors import (
        ClusterError,
        DetenteError,
        InfeasibleError,
        LostWorkError,
        NotFoundError,
        OutOfTimeError,
        Problem,
        ResumeError,
        ScenarioError,
        StrategyError,
        TooLargeError,
    )
    from detente.io import parse_scenario
    from detente.io import scenario_schema as schema
    from detente.model.claim import Claim
    from detente.model.commitment import Commitment, Course, Plan
    from detente.model.demand import Demand, Package
    from detente.model.issue import Issue, Option
    from detente.model.judgment import Judgment, Reading
    from detente.model.outcome import Condition
    from detente.model.party import Party, Preferences, Refusal, Role
    from detente.model.quantity import Quantity
    from detente.model.scenario import Interaction, Quorum, Scenario
    from detente.planning.commitments import commitments
    from detente.planning.roadmap import Roadmap, roadmap
    from detente.report.brief import Brief, brief
    from detente.report.inspect import Diff, Show, diff, show
    from detente.simulation.calibrate import calibrate
    from detente.simulation.calibration import Calibration
    from detente.simulation.own import own_strategies
    from detente.simulation.simulate import Simulation, simulate
    from detente.simulation.strategies import STRATEGIES
    from detente.simulation.strategy import Move, Situation, Strategy
    from detente.simulation.trust import (
        FirstSteps,
        Payoffs,
        TrustLadder,
        first_steps,
        least_trust,
        trust_ladder,
        trust_needed,
    )
    from detente.table import Table

__all__ = [
    "STRATEGIES",
    "Agreement",
    "Backtest",
    "Bargain",
    "Brief",
    "Calibration",
    "Catalog",
    "Check",
    "Claim",
    "Claims",
    "ClusterError",
    "Commitment",
    "Condition",
    "Course",
    "Demand",
    "Demands",
    "DetenteError",
    "Diff",
    "Explanation",
    "FirstSteps",
    "Frontier",
    "Gallery",
    "Improvements",
    "InfeasibleError",
    "Insistence",
    "Interaction",
    "Issue",
    "Judgment",
    "Judgments",
    "LostWorkError",
    "Move",
    "NotFoundError",
    "Opinions",
    "Option",
    "OutOfTimeError",
    "Package",
    "Packages",
    "Party",
    "Payoffs",
    "Plan",
    "Point",
    "Precedents",
    "Preferences",
    "Problem",
    "Quantity",
    "Quorum",
    "Reading",
    "Refusal",
    "ResumeError",
    "Roadmap",
    "Role",
    "Scenario",
    "ScenarioError",
    "Seam",
    "Show",
    "Simulation",
    "Situation",
    "Strategy",
    "StrategyError",
    "Table",
    "TooLargeError",
    "TrustLadder",
    "Vetoes",
    "backtest",
    "bargain",
    "brief",
    "calibrate",
    "check",
    "claims",
    "commitments",
    "demands",
    "diff",
    "explain",
    "first_steps",
    "frontier",
    "gallery",
    "improve",
    "insist",
    "judgments",
    "least_trust",
    "load",
    "new",
    "opinions",
    "own_strategies",
    "packages",
    "parse_scenario",
    "precedents",
    "roadmap",
    "scenarios",
    "schema",
    "show",
    "simulate",
    "time_limit",
    "trust_ladder",
    "trust_needed",
    "vetoes",
]

_HOMES = {
    "analysis.bargaining": ("Agreement", "Bargain", "bargain"),
    "arguments.claims": ("Claims", "claims"),
    "analysis.demands": ("Demands", "demands"),
    "arguments.explain": ("Explanation", "explain"),
    "analysis.frontier": ("Frontier", "Point", "frontier"),
    "analysis.improve": ("Improvements", "improve"),
    "analysis.insist": ("Insistence", "insist"),
    "analysis.judged": ("Judgments",),
    "analysis.judgments": ("judgments",),
    "analysis.limits": ("time_limit",),
    "analysis.packages": ("Packages", "packages"),
    "analysis.vetoes": ("Vetoes", "vetoes"),
    "analysis.work": ("Seam",),
    "catalog.backtest": ("Backtest", "backtest"),
    "catalog.listing": ("Catalog", "scenarios"),
    "analysis.opinions": ("Opinions",),
    "catalog.opinions": ("opinions",),
    "catalog.precedents": ("Precedents", "precedents"),
    "catalog.loading": ("Check", "check", "load"),
    "cli.gallery": ("Gallery", "gallery"),
    "cli.starter": ("new",),
    "errors": (
        "ClusterError",
        "DetenteError",
        "InfeasibleError",
        "LostWorkError",
        "NotFoundError",
        "OutOfTimeError",
        "Problem",
        "ResumeError",
        "ScenarioError",
        "StrategyError",
        "TooLargeError",
    ),
    "io": ("parse_scenario", "scenario_schema"),
    "model.claim": ("Claim",),
    "model.commitment": ("Commitment", "Course", "Plan"),
    "model.demand": ("Demand", "Package"),
    "model.issue": ("Issue", "Option"),
    "model.judgment": ("Judgment", "Reading"),
    "model.outcome": ("Condition",),
    "model.party": ("Party", "Preferences", "Refusal", "Role"),
    "model.quantity": ("Quantity",),
    "model.scenario": ("Interaction", "Quorum", "Scenario"),
    "planning.commitments": ("commitments",),
    "planning.roadmap": ("Roadmap", "roadmap"),
    "report.brief": ("Brief", "brief"),
    "report.inspect": ("Diff", "Show", "diff", "show"),
    "simulation.calibrate": ("calibrate",),
    "simulation.calibration": ("Calibration",),
    "simulation.own": ("own_strategies",),
    "simulation.simulate": ("Simulation", "simulate"),
    "simulation.strategies": ("STRATEGIES",),
    "simulation.strategy": ("Move", "Situation", "Strategy"),
    "simulation.trust": (
        "FirstSteps",
        "Payoffs",
        "TrustLadder",
        "first_steps",
        "least_trust",
        "trust_ladder",
        "trust_needed",
    ),
    "table": ("Table",),
}
"""Where each name lives; the same as the imports above, which type checkers and editors read."""

_INSIDE = {"schema": "scenario_schema"}
"""What goes by another name where it lives."""


def __getattr__(name: str) -> object:
    inside = _INSIDE.get(name, name)
    home = next((home for home, names in _HOMES.items() if inside in names), None)
    if home is None or name not in __all__:
        raise AttributeError(f"module 'detente' has no attribute '{name}'")
    found: object = getattr(import_module(f"detente.{home}"), inside)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
