"""What does a series of events say of tension? The answer: parameters, their errors, forecasts put to the test."""

from collections.abc import Mapping
from dataclasses import dataclass

from detente.model.series import Asked, Monthly
from detente.simulation.fitted import Fitted
from detente.simulation.forecasts import PERSISTENCE, RIVALS
from detente.simulation.suggestion import in_yaml, process
from detente.table import Table, counted, listed

NO_MORE_THAN_THIS = (
    "What the past months of these scores say, in a simple model. Scores that are made from news reports rise and fall "
    "with attention, too. How likely a crisis is cannot be read off them."
)
NET = "calming, less the echo between the two"
MEANINGS: Mapping[str, str] = {
    "calming": "calming",
    "echo": "echo of the other side",
    "others": "echo of the other dyads",
    "drive": "drive",
    "broken": "broken (one shock)",
    "incidents": "incidents (standard deviation)",
}
"""What each parameter is called."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How tension moves by a series of events, with errors, and whether that tells the next month.

    The first `window` months were fitted, the others held out; errors are from `draws` resamples of blocks of `block`
    months in sequence.
    """

    monthly: Monthly
    asked: Asked
    window: int
    dyads: Mapping[str, Fitted]
    draws: int
    block: int
    seed: int

    @property
    def held_out(self) -> int:
        """How many months were held out."""
        return len(self.monthly.months) - self.window

    @property
    def verdict(self) -> str:
        """In plain words whether the model forecasts better than persistence and AR(1)."""
        return " ".join(self._beside(rival) for rival in RIVALS)

    def payload(self) -> dict[str, object]:
        """For JSON."""
        months = self.monthly.months
        return {
            "schema": "detente/calibrate/1",
            "file": self.monthly.file,
            "about": list(self.monthly.about),
            "verdict": self.verdict,
            "caution": NO_MORE_THAN_THIS,
            "directed": bool(self.monthly.opposite),
            "months": {"first": months[0], "last": months[-1], "fitted": self.window, "held_out": self.held_out},
            "shock": self.asked.shock,
            "codes": self.asked.codes if self.monthly.opposite else None,
            "draws": self.draws,
            "block": self.block,
            "seed": self.seed,
            "dyads": {name: each.payload() for name, each in self.dyads.items()},
            "process": dict(process(self.monthly, self.dyads, self.window)),
        }

    def tables(self) -> tuple[Table, ...]:
        """The verdict first, then parameters, forecasts, what goes with shocks, and what a scenario could say."""
        lead = (self.verdict, NO_MORE_THAN_THIS, self.window_in_words)
        found = [Table("", ("",), tuple((text,) for text in lead)), self.parameters(), self.forecasts()]
        if self.monthly.shocks:
            found.append(self.ranks())
        return (*found, self.suggestion(), Table("", ("",), tuple((text,) for text in self.notes())))

    def table(self) -> Table:
        """How the model's forecasts do beside those of its rivals."""
        return self.forecasts()

    def parameters(self) -> Table:
        """Every parameter with its error and interval."""
        rows = tuple(
            (
                name,
                NET if key == "calming" and not self.monthly.opposite else MEANINGS[key],
                _three(each.value),
                _three(each.error),
                f"{_three(each.low)} to {_three(each.high)}",
            )
            for name, fitted in self.dyads.items()
            for key, each in fitted.parameters.items()
        )
        columns = ("of", "parameter", "estimate", "standard error", "90% interval")
        return Table("How tension moves in a month", columns, _grouped(rows), frozenset(columns[2:]))

    def forecasts(self) -> Table:
        """The errors of each forecast over the months held out, and the difference that the model makes."""
        rows = []
        for name, fitted in self.dyads.items():
            for who, missed in fitted.scored.items():
                beside = fitted.against.get(who)
                difference = f"{_signed(beside.difference)} ± {beside.error:.4f}" if beside else ""
                words = f"the model is {beside.verdict}" if beside else ""
                rows.append((name, who, _three(missed.rmse), _three(missed.mae), difference, words))
        columns = ("of", "forecast by", "RMSE", "MAE", "squared error: the model's less this", "verdict")
        title = f"Forecasts of the next month, over {counted(self.held_out, 'month')} held out"
        return Table(title, columns, _grouped(tuple(rows)), frozenset(columns[2:5]))

    def ranks(self) -> Table:
        """How scores and shocks of the same month go together."""
        rows = tuple((name, _two(each.rank)) for name, each in self.dyads.items() if each.rank is not None)
        columns = ("of", "rank correlation")
        return Table(f"Scores with '{self.asked.shock}' of the same month", columns, rows, frozenset(columns[1:]))

    def suggestion(self) -> Table:
        """What a scenario could say of tension, as a line of YAML for each dyad."""
        rows = tuple(
            (name, f"process: {in_yaml(section)}")
            for name, section in process(self.monthly, self.dyads, self.window).items()
        )
        return Table("For a scenario file", ("of", "what it could say"), rows)

    def notes(self) -> tuple[str, ...]:
        """How it was found, what it does not tell, and where the series comes from."""
        told = [
            f"Errors are from {self.draws:,} resamples of the months fitted, in blocks of {self.block} in sequence "
            f"(seed {self.seed}). A forecast counts as better or worse at 95%: of twenty verdicts one comes by chance. "
            "Tension is relative: 0.5 is a usual month of those fitted."
        ]
        if self.monthly.opposite:
            told.append(
                "Each direction is scored by what one side did to the other, so calming and echo are told apart."
            )
        else:
            told.append(
                "An undirected score is the same for both sides: only calming less the echo between them is known, not "
                "each alone. For a scenario the echo is set to 0.4 of calming by convention; change both together. Its "
                "drive holds what the other dyads add on average."
            )
        if self.monthly.shocks:
            told.append(
                "A shock moves the tension of its own month; no forecast knows it, and each uses the usual number."
            )
        told.append(
            "In short series calming comes out somewhat too high (Kendall 1954). How much a kept step calms, and what "
            "counts as high, no score tells."
        )
        return (*told, *self.monthly.about)

    @property
    def window_in_words(self) -> str:
        """Which months were fitted, and which held out."""
        months = self.monthly.months
        return (
            f"{counted(self.window, 'month')} were fitted ({months[0]} to {months[self.window - 1]}), "
            f"{self.held_out} held out ({months[self.window]} to {months[-1]})."
        )

    def _beside(self, rival: str) -> str:
        verdicts = {name: each.against[rival].verdict for name, each in self.dyads.items()}
        better = [name for name, verdict in verdicts.items() if verdict == "better"]
        worse = [name for name, verdict in verdicts.items() if verdict == "worse"]
        rest = [name for name, verdict in verdicts.items() if verdict != "better"]
        called = "persistence (the next month like this one)" if rival == PERSISTENCE else rival
        said = [f"It forecasts better than {called} for {listed(better)}."] if better else []
        if rest:
            whom = f" for {listed(rest)}" if better or len(verdicts) == 1 else " for any of them"
            bad = f"; for {listed(worse)} it does worse" if worse else ""
            said.append(f"It does not forecast better than {called}{whom}{bad}.")
        return " ".join(said)


def _grouped(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """The rows with what they are of only where that changes."""
    return tuple(row if k == 0 or rows[k - 1][0] != row[0] else ("", *row[1:]) for k, row in enumerate(rows))


def _three(value: float) -> str:
    return _plain(f"{value:.3f}")


def _two(value: float) -> str:
    return _plain(f"{value:.2f}")


def _signed(value: float) -> str:
    return _plain(f"{value:+.4f}")


def _plain(text: str) -> str:
    """With a real minus sign, and none before nothing."""
    return text.lstrip("+-") if not text.strip("+-0.") else text.replace("-", "−")
