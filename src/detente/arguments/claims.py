"""Does the argument hold? Sentences of an argument, tested as unit tests test code.

Each claim carries a test in the scenario's own terms. It holds or fails at the likely values; where that differs with
every gain at its low or its high end it is contested. The judgments that turn it, flipped one at a time, are named.
Claims that no test can express, or whose test asks about a step that is not on the way, are listed as untestable and
never scored. A claim about the past holds where every case of the past that it speaks of agrees, fails where none
does, and is contested where some do and some do not. A claim about a process is put to runs of it: it is contested
where they cannot tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detente.analysis.judgments import SEED
from detente.analysis.sensitivity import flips
from detente.analysis.shared import settle, sharing
from detente.analysis.tables import BOUNDS, Bound
from detente.analysis.work import HERE, Seam
from detente.arguments.bench import Bench, benches, cost_at_the_ends
from detente.arguments.chances import ClaimChances, claim_chances
from detente.arguments.past import asked
from detente.errors import NotFoundError
from detente.model.claim import Claim, DemandIs, PastTest, ProcessTest, VetoCosts
from detente.model.scenario import Scenario
from detente.table import Table, listed

HOLDS, FAILS, CONTESTED, UNTESTABLE = "holds", "fails", "contested", "untestable"


def _of_the_past(claim: Claim, test: PastTest) -> "ClaimVerdict":
    """What the cases of the past say of a claim; untestable, with its line, where there is no such case or demand."""
    try:
        found = asked(test)
    except NotFoundError as error:
        return ClaimVerdict(claim, UNTESTABLE, None, f"line {claim.line}: {error}" if claim.line else str(error), ())
    verdict = HOLDS if not found.against else FAILS if not found.agreeing else CONTESTED
    return ClaimVerdict(claim, verdict, found.at_likely, found.in_words(), ())


def _of_processes(scenario: Scenario, some: Sequence[Claim], *, turned: bool) -> dict[str, "ClaimVerdict"]:
    """What the runs say of each claim on a process; untestable, with its line, where it cannot be put to any."""
    from detente.arguments.processes import answers  # late: a quick brief needs none of it

    found, asked = {}, answers(scenario, some, turned=turned)
    for claim in some:
        answer = asked[claim.id]
        if answer.obstacle:
            said = f"line {claim.line}: {answer.obstacle}" if claim.line else answer.obstacle
            found[claim.id] = ClaimVerdict(claim, UNTESTABLE, None, said, ())
            continue
        holds = answer.told.holds
        verdict = CONTESTED if holds is None else HOLDS if holds else FAILS
        found[claim.id] = ClaimVerdict(claim, verdict, holds, answer.told.figure, answer.flips)
    return found


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What the test of a claim says.

    `verdict` is holds, fails, contested (it differs within the ranges, or between cases of the past, or cannot be told
    from the runs of a process) or untestable;
    `likely` is whether it holds at the likely values (None: no value has a part in it), `figure` the number or verdict
    behind it (or on which line and why its test cannot be asked), `flips` the judgments that turn it when one alone is
    read otherwise (None: that was not asked).
    """

    claim: Claim
    verdict: str
    likely: bool | None
    figure: str
    flips: tuple[str, ...] | None

    def payload(self) -> dict[str, object]:
        """For JSON."""
        return {
            "id": self.claim.id,
            "says": self.claim.says,
            "by": self.claim.by,
            "camp": self.claim.camp,
            "verdict": self.verdict,
            "at_likely_values": None if self.likely is None else (HOLDS if self.likely else FAILS),
            "figure": self.figure,
            "flips": None if self.flips is None else list(self.flips),
            "why": self.claim.why,
            "source": list(self.claim.source),
        }

    @property
    def in_words(self) -> str:
        """The verdict as people say it."""
        if self.verdict == CONTESTED:
            told = "" if self.likely is None else f"; {HOLDS if self.likely else FAILS} at the likely values"
            return f"{CONTESTED}{told}"
        return self.verdict

    @property
    def turned_by(self) -> str:
        """The judgments that turn it, as people say them."""
        if self.flips is None:
            return "not asked here"
        return listed(self.flips) or ("" if self.likely is None else "none alone")


@dataclass(frozen=True, slots=True)
class Claims:
    """The verdict on each claim, in the file's order; with `chances`, how likely each holds and what drives it.

    `left_out` counts the claims on a process and about the past that were not asked.
    """

    scenario: Scenario
    verdicts: tuple[ClaimVerdict, ...]
    chances: ClaimChances | None = None
    left_out: int = 0

    def payload(self) -> dict[str, object]:
        """For JSON."""
        told = [verdict.payload() for verdict in self.verdicts]
        found: dict[str, object] = {"schema": "detente/claims/1", "claims": told}
        if self.chances is not None:
            more = self.chances.payload()
            told[:] = [
                {**each, **more.get(verdict.claim.id, {})} for each, verdict in zip(told, self.verdicts, strict=True)
            ]
            found |= {"draws": self.chances.draws, "seed": self.chances.seed, "method": self.chances.method}
        return found

    def table(self) -> Table:
        """One row for each claim, both camps in one table."""
        rows = tuple(
            (
                each.claim.says,
                " · ".join(text for text in (each.claim.by, each.claim.camp) if text),
                each.in_words,
                *self._chance(each),
                each.figure or each.claim.why,
                each.turned_by,
            )
            for each in self.verdicts
        )
        likely = () if self.chances is None else ("chance",)
        columns = ("claim", "made by", "verdict", *likely, "because", "turned by (each judgment alone)")
        return Table("The arguments, tested", columns, rows, empty="No claim is listed.")

    def _chance(self, each: ClaimVerdict) -> tuple[str, ...]:
        if self.chances is None:
            return ()
        found = self.chances.claims.get(each.claim.id)
        return ("" if found is None else found.chance.in_words,)

    def tables(self) -> tuple[Table, ...]:
        """The verdicts, and what drives the chances."""
        return (self.table(), *(() if self.chances is None else self.chances.tables(self.scenario)))


@sharing
def claims(
    scenario: Scenario,
    *,
    quick: bool = False,
    turned: bool = True,
    draws: int = 0,
    seed: int = SEED,
    seam: Seam = HERE,
) -> Claims:
    """Test every claim of the scenario, within its ranges and under each judgment flipped alone.

    With `draws` (at least 16) also how likely each holds over so many draws of what is in doubt; `seam` names who does
    that work. Claims on a process are put to some hundred runs of it, and unless `turned` it is not asked which
    judgments would turn them, which takes several times as long; `quick` leaves them out, and those about the past,
    for which every such case is read. A claim about a way that there is not, or a step that is not on it, is
    untestable. Raises TooLargeError where the issues hang together too tightly.
    """
    settled = settle(scenario)
    processes = [claim for claim in settled.claims.values() if isinstance(claim.test, ProcessTest)]
    found = _of_processes(scenario, processes, turned=turned) if processes and not quick else {}
    tests = [c.test for c in settled.claims.values() if c.test and not isinstance(c.test, PastTest | ProcessTest)]
    each = flips(scenario)
    solved = benches([(settled, bound) for bound in BOUNDS] + [(flip.scenario, "likely") for flip in each], tests)
    held = dict(zip(BOUNDS, solved, strict=False))
    others = [(flip.judgment, bench) for flip, bench in zip(each, solved[len(BOUNDS) :], strict=True)]
    for claim in settled.claims.values():
        if isinstance(claim.test, PastTest):
            found |= {} if quick else {claim.id: _of_the_past(claim, claim.test)}
        elif not isinstance(claim.test, ProcessTest):
            found[claim.id] = _verdict(claim, held, others)
    chances = claim_chances(scenario, draws=draws, seed=seed, seam=seam) if draws else None
    verdicts = tuple(found[name] for name in settled.claims if name in found)
    return Claims(settled, verdicts, chances, len(settled.claims) - len(verdicts))


def _at_the_ends(verdicts: Mapping[Bound, str]) -> str:
    """What becomes of a demand at those ends of the ranges where it is something else than at the likely values."""
    ends: tuple[Bound, ...] = ("low", "high")
    said = [f"{verdicts[end]} with every gain {end}" for end in ends if verdicts[end] != verdicts["likely"]]
    return f" ({' and '.join(said)})"


def _verdict(claim: Claim, base: Mapping[Bound, Bench], others: Sequence[tuple[str, Bench]]) -> ClaimVerdict:
    """What the test of a claim says at each end of the ranges, and under other readings of judgments."""
    test = claim.test
    obstacle = "" if test is None else base["likely"].obstacle(test)
    if test is None or obstacle:
        said = f"line {claim.line}: {obstacle}" if obstacle and claim.line else obstacle
        return ClaimVerdict(claim, UNTESTABLE, None, said, ())
    held = {bound: bench.holds(test) for bound, bench in base.items()}
    turning = [
        judgment for judgment, bench in others if not bench.obstacle(test) and bench.holds(test) != held["likely"]
    ]
    verdict = CONTESTED if len(set(held.values())) > 1 else (HOLDS if held["likely"] else FAILS)
    figure = base["likely"].figure(test)
    if verdict == CONTESTED and isinstance(test, DemandIs):
        figure += _at_the_ends({bound: bench.held[test.demand] for bound, bench in base.items()})
    if isinstance(test, VetoCosts):
        figure += cost_at_the_ends(base, test)
    return ClaimVerdict(claim, verdict, held["likely"], figure, tuple(dict.fromkeys(turning)))
