"""What does one analyst see differently? Their readings, weights and values, apart from the scenario they all share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from detente.model.judgment import Judgment, Reading
from detente.model.scenario import Scenario

AS_WRITTEN = "as written"
"""In place of a reading: none is in force (unless a reading has that name)."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One person's view of a scenario: the values that the person would set or add to, and how judgments are read.

    `readings` are held, no longer in doubt (None: no reading, the values as written); `weights` say instead how the
    readings of a judgment share the person's belief, and the heaviest is in force: of several the scenario's likely
    one, or else the first. `weight` is the person's own in a pool of opinions.
    """

    by: str
    view: Reading
    readings: Mapping[str, str | None] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    weight: Fraction = Fraction(1)
    why: str = ""
    source: tuple[str, ...] = ()
    file: str = field(default="", compare=False)

    def scenario(self, base: Scenario) -> Scenario:
        """The scenario as the person sees it: the values first, then the readings in force work on these."""
        changed = base.changed([self.view])
        judgments = {name: _weighted(each, self.weights.get(name)) for name, each in changed.judgments.items()}
        return replace(changed, judgments=judgments).assuming(self.readings)


def _weighted(judgment: Judgment, weights: Mapping[str, float] | None) -> Judgment:
    if weights is None:
        return judgment
    readings = {name: replace(each, weight=weights.get(name, 0.0)) for name, each in judgment.readings.items()}
    heaviest = [name for name in readings if weights.get(name, 0.0) == max(weights.values())]
    return replace(judgment, readings=readings, likely=judgment.likely if judgment.likely in heaviest else heaviest[0])
