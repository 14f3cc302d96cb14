"""How far is it? A bar on the terminal with the time that is left; none where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_A_DAY = 86_400
"""Over so many seconds the pace of the work is taken, for a piece of it may take minutes."""


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """Who is to be told how many pieces are done and of how many; None where stderr is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich import progress as rich  # late: --help needs no bar
    from rich.console import Console

    columns = (
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn("left"),
        rich.TimeRemainingColumn(compact=True),
    )
    # No thread repaints it: a process that has threads cannot fork its workers.
    bar = rich.Progress(
        *columns,
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
        speed_estimate_period=_A_DAY,
        redirect_stdout=False,
    )
    tasks: list[rich.TaskID] = []

    def told(done: int, total: int) -> None:
        if not tasks:
            tasks.append(bar.add_task("", completed=done, total=total))
        bar.update(tasks[0], completed=done, total=total, refresh=True)

    with bar:
        yield told
