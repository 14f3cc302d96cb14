"""Where are several analysts' opinions of a scenario, and what comes of them together?"""

from importlib.resources import as_file, files
from pathlib import Path

from detente.analysis.opinions import Opinions, compared
from detente.catalog import names
from detente.errors import NotFoundError
from detente.io.opinions import FOLDER, load_opinions
from detente.model.opinion import Opinion
from detente.model.scenario import Scenario


def opinions(scenario: Scenario, *, opinions: Path | None = None, draws: int = 256, seed: int = 1) -> Opinions:
    """Each analyst's answers, their pool, and which of their disagreements matter to the advice.

    The files of their opinions lie in the folder `opinions`, or, if none is named, beside the scenario: in
    `opinions/NAME` (for a scenario NAME.yaml) or in `opinions`. ScenarioError with everything that is wrong in them;
    NotFoundError where there are none; TooLargeError where the issues hang together too tightly.
    """
    return compared(scenario, _found(scenario, opinions), draws=draws, seed=seed)


def _found(scenario: Scenario, folder: Path | None) -> tuple[Opinion, ...]:
    if folder is not None:
        return load_opinions(folder, scenario)
    if scenario.file in names():
        home = files("detente.catalog") / "cases" / FOLDER / scenario.file
        if not home.is_dir():
            raise NotFoundError(f"no opinions ship with {scenario.file}; name a folder of them with --opinions DIR")
        with as_file(home) as shipped:
            return load_opinions(shipped, scenario)
    path = Path(scenario.file)
    if not path.is_file():
        raise NotFoundError("a scenario that is no file has no opinions beside it; name a folder with --opinions DIR")
    beside = [path.parent / FOLDER / path.stem, path.parent / FOLDER]
    there = next((each for each in beside if each.is_dir()), None)
    if there is None:
        raise NotFoundError(
            f"no folder '{FOLDER}' beside {scenario.file or 'the scenario'}: put a file for each person there, "
            "or name another with --opinions DIR"
        )
    return load_opinions(there, scenario)
