"""Which sentence of an argument is tested, and by what test in the scenario's own terms?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from detente.model.history import Ending
from detente.model.outcome import Terms

STATUS_QUO = "status quo"
"""The package that changes nothing; every scenario has it under this name."""


@dataclass(frozen=True, slots=True)
class DemandIs:
    """A demand has one of these verdicts ("harmless" stands for tradeable or already in the best deal)."""

    demand: str
    verdicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attainable:
    """Some acceptable outcome holds the terms; with a package, the package itself is acceptable."""

    package: str | None = None
    terms: Terms = field(default_factory=dict)
    expected: bool = True


@dataclass(frozen=True, slots=True)
class AcceptedBy:
    """Each of these parties would take the package (or, with `expected` false, none of them would)."""

    package: str
    parties: tuple[str, ...]
    expected: bool = True


@dataclass(frozen=True, slots=True)
class BetterFor:
    """A package is worth more than another to each of these parties."""

    package: str
    than: str
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VetoCosts:
    """A veto costs at least, or at most, so much: of the Nash product (a share or points), or points to a principal."""

    party: str
    amount: Fraction
    share: bool = False
    to: str | None = None
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Rescues:
    """A demand can be had only together with another: alone it sinks every deal, with the rescuer it does not."""

    rescuer: str
    demand: str


@dataclass(frozen=True, slots=True)
class OnlyWithout:
    """A deal exists, and none that meets these demands together."""

    demands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reachable:
    """Steps that nobody gains by breaking lead to the package (None: through the commitments that are listed)."""

    package: str | None = None
    expected: bool = True


@dataclass(frozen=True, slots=True)
class ExposesLess:
    """Step by step each of these parties is exposed less than if everything were done at once."""

    parties: tuple[str, ...]
    package: str | None = None


@dataclass(frozen=True, slots=True)
class ComesBefore:
    """In every order that nobody gains by breaking, a step comes in an earlier round than another."""

    step: str
    before: str
    package: str | None = None


@dataclass(frozen=True, slots=True)
class Insisted:
    """In each of these cases of the past a demand, had it been insisted on, has one of these verdicts."""

    cases: tuple[str, ...]
    demand: str
    verdicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The cases of the past so named, or those with these features of their setting, ended in one of these ways."""

    endings: tuple[Ending, ...]
    cases: tuple[str, ...] = ()
    features: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calms:
    """Under one strategy of the side that leads tension is lower, on average over the months, than under another."""

    strategy: str
    than: str


@dataclass(frozen=True, slots=True)
class ComesTo:
    """A strategy comes to this in more than so large a share of the runs (or, with `at_most`, in less)."""

    strategy: str
    what: str
    share: Fraction = Fraction(1, 2)
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class PaysMore:
    """A strategy is worth more than another to each of these sides."""

    strategy: str
    than: str
    parties: tuple[str, ...]


COMES_TO = ("agreement", "no agreement", "implementation", "collapse", "crisis")
"""What a strategy may come to."""

ProcessTest = Calms | ComesTo | PaysMore
"""The tests that are put to the runs of a process, played out."""

PastTest = Insisted | Ended
"""The tests that ask the cases of the past, and not the scenario."""

Test = (
    DemandIs
    | Attainable
    | AcceptedBy
    | BetterFor
    | VetoCosts
    | Rescues
    | OnlyWithout
    | Reachable
    | ExposesLess
    | ComesBefore
    | PastTest
    | ProcessTest
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an argument, with its author, its camp, its source, and a test (None: no test can express it)."""

    id: str
    says: str
    by: str = ""
    camp: str = ""
    test: Test | None = None
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)
