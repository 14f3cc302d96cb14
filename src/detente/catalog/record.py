"""What became of it? The log that ships with a case of the catalog, by the name of the case, or else that of a file."""

import os

from detente import catalog
from detente.errors import NotFoundError
from detente.io.log import load_log, parse_log
from detente.model.log import Log, Promised
from detente.model.names import nearest


def read_log(source: str | os.PathLike[str], promised: Promised) -> Log:
    """A log, checked against the plan.

    A name of the catalog goes before a file of the same name: write `./six-party-steps` for the file. ScenarioError,
    with every problem, for what contradicts the plan; NotFoundError if there is neither a log nor a file of that name.
    """
    name = os.fspath(source)
    if isinstance(source, str) and name in catalog.logs():
        return parse_log(catalog.log_of(name), promised, name)
    try:
        return load_log(name, promised)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: no file can have such a name
        raise NotFoundError(f"no log named '{name}', and no file there{nearest(name, catalog.logs())}") from None
