"""What was found of one dyad? Its parameters with their errors, its tension, and how its forecasts do."""

from collections.abc import Mapping
from dataclasses import dataclass

from detente.simulation.forecasts import Against, Missed


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model, with its standard error and 90% interval over resamples of the months fitted."""

    value: float
    error: float
    low: float
    high: float

    def payload(self) -> dict[str, float]:
        """For JSON."""
        return {"value": self.value, "error": self.error, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Fitted:
    """One dyad, or one direction of it: how its tension moves, and how well that tells the next month.

    `scale` is the median and the spread of the signed roots of its scores, by which `tension` (each month, 0 to 1) is
    made. `fed` is the drive with the mean of what other dyads add. `scored` are the errors of each forecast, `against`
    the model beside each rival; `rank` is the rank correlation of scores with shocks of the same month, if any.
    """

    scale: tuple[float, float]
    tension: tuple[float, ...]
    parameters: Mapping[str, Parameter]
    fed: Parameter
    scored: Mapping[str, Missed]
    against: Mapping[str, Against]
    rank: float | None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "scale": {"middle": self.scale[0], "spread": self.scale[1]},
            "parameters": {name: each.payload() for name, each in self.parameters.items()},
            "forecasts": {name: {"rmse": each.rmse, "mae": each.mae} for name, each in self.scored.items()},
            "against": {
                name: {"difference": each.difference, "error": each.error, "verdict": each.verdict}
                for name, each in self.against.items()
            },
            "rank_correlation": self.rank,
            "tension": list(self.tension),
        }
