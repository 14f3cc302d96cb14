"""How likely is it, for whoever asks for packages, demands or vetoes alone? The chances over draws, if wanted."""

from typing import TYPE_CHECKING

from detente.analysis.work import Seam
from detente.model.scenario import Scenario

if TYPE_CHECKING:
    from detente.analysis.judged import Shares


def over_draws(scenario: Scenario, draws: int, seed: int, seam: Seam) -> "Shares | None":
    """The chances of every answer over so many draws; None for no draws."""
    if not draws:
        return None
    from detente.analysis.judgments import shares  # it builds on those that ask, and only draws need what it imports

    return shares(scenario, draws=draws, seed=seed, seam=seam)
