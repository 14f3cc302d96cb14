"""How is a calibration shown? The verdict first, the errors of forecasts as bars, then every number."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detente.report import pages
from detente.report.blocks import Block, Bullets, Chart, Heading, Paragraph, Rows
from detente.report.charts import BLUE, GREY, ORANGE, Bar, bars
from detente.simulation.calibration import NO_MORE_THAN_THIS, Calibration
from detente.simulation.forecasts import AR1, MODEL, PERSISTENCE
from detente.table import Table

_COLOURS = {MODEL: BLUE, PERSISTENCE: GREY, AR1: ORANGE}


@dataclass(frozen=True, eq=False)
class CalibrationPage:
    """A calibration for its readers."""

    calibration: Calibration

    def payload(self) -> Mapping[str, object]:
        """For JSON."""
        return self.calibration.payload()

    def tables(self) -> tuple[Table, ...]:
        """For the terminal."""
        return self.calibration.tables()

    def markdown(self) -> str:
        """In Markdown."""
        return pages.markdown(self._blocks())

    def html(self) -> str:
        """As one self-contained page."""
        return pages.html(self._title, self._blocks())

    @property
    def _title(self) -> str:
        return f"How tension moves: {Path(self.calibration.monthly.file).stem}"

    def _blocks(self) -> list[Block]:
        found = self.calibration
        shaken = [Rows(found.ranks())] if found.monthly.shocks else []
        return [
            Heading(self._title, "top", 1),
            Paragraph(found.verdict, lead=True),
            Paragraph(NO_MORE_THAN_THIS),
            Paragraph(found.window_in_words),
            Heading("Does it tell the next month?", "forecasts"),
            _errors(found),
            Heading("How tension moves", "parameters"),
            Rows(found.parameters()),
            *shaken,
            Heading("For a scenario file", "process"),
            Rows(found.suggestion()),
            Heading("How it was found", "how"),
            Bullets(found.notes()),
        ]


def _errors(found: Calibration) -> Chart:
    rows = [
        Bar(f"{name}, {who}", missed.rmse, f"{missed.rmse:.3f}", _COLOURS[who])
        for name, fitted in found.dyads.items()
        for who, missed in fitted.scored.items()
    ]
    title = "How far forecasts of the next month are off"
    says = (
        "The root of the mean squared error over the months held out, in tension from 0 to 1: the shorter the better."
    )
    return Chart(title, says, bars(title, rows, "RMSE"), found.forecasts(), told=True)
