"""How much trust does a first step take, how large may it be, and how does trust grow from step to step?

All of it is exact: numbers are taken as written, answers are fractions.
"""

from dataclasses import dataclass
from fractions import Fraction

from detente.errors import TooLargeError

Number = Fraction | int | float | str

MOST_STAGES = 1_000
"""A ladder of more stages than this is none that anybody climbs."""


@dataclass(frozen=True, slots=True)
class Payoffs:
    """What one of two sides has from cooperating or not, on the whole stake (the assurance game of Kydd 2000, 2005).

    `both` if both cooperate, `neither` if neither does, `alone` if it is the only one. Whoever cheats the other has
    `cheating` as a trustworthy side, which is less than `both`, and `preying` as an untrustworthy one, which is more.
    ValueError unless alone < neither < both, cheating < both and preying > both.
    """

    both: Fraction
    neither: Fraction
    alone: Fraction
    cheating: Fraction
    preying: Fraction

    @classmethod
    def of(cls, *, both: Number, neither: Number, alone: Number, cheating: Number, preying: Number) -> "Payoffs":
        """Of numbers as they are written: 0.1 is a tenth."""
        return cls(*map(_exact, (both, neither, alone, cheating, preying)))

    def __post_init__(self) -> None:
        if not self.alone < self.neither < self.both:
            raise ValueError("being left alone must be worth less than neither cooperating, and that less than both")
        if not self.cheating < self.both < self.preying:
            raise ValueError("both cooperating must be worth more than cheating, and less than preying")


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which first steps tell a trustworthy side from an untrustworthy one: parts of the whole stake, both ends too."""

    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class TrustLadder:
    """Steps that grow with trust: at each stage the part of the last stake, the belief, and what it is worth.

    `keeping` is the chance that an untrustworthy side still keeps its part at a stage; `growth` by what stakes grow
    from stage to stage.
    """

    stakes: tuple[Fraction, ...]
    beliefs: tuple[Fraction, ...]
    keeping: tuple[Fraction, ...]
    growth: Fraction

    @property
    def stages(self) -> int:
        """How many steps it takes until all is at stake."""
        return len(self.stakes)


def trust_needed(payoffs: Payoffs) -> Fraction:
    """How likely the other must be trustworthy for a trustworthy side to cooperate on everything at once.

    The threshold (neither - alone) / ((both - cheating) + (neither - alone)) of Kydd (2005, ch. 2).

    >>> trust_needed(Payoffs.of(both=1, neither=0, alone=-1, cheating=0.5, preying=1.5))
    Fraction(2, 3)
    """
    lost = payoffs.neither - payoffs.alone
    return lost / (payoffs.both - payoffs.cheating + lost)


def first_steps(payoffs: Payoffs, trust: Number) -> FirstSteps | None:
    """How large a first step must be to tell the sides apart, and how large it may be; None where none does.

    Two rounds, a part of the stake first and the rest afterwards, both sides at the same time. A smaller step is cheap
    talk: an untrustworthy side would take it too, to prey on the rest. A larger one is too great a risk for a
    trustworthy side that believes the other trustworthy with chance `trust` (reassurance by costly signals; Kydd 2000,
    International Organization 54). ValueError unless 0 < trust < 1.

    >>> first_steps(Payoffs.of(both=1, neither=0, alone=-1, cheating=0.5, preying=1.5), 0.5)
    FirstSteps(least=Fraction(1, 2), most=Fraction(2, 3))
    """
    p = _between(trust)
    lost = (1 - p) * (payoffs.neither - payoffs.alone)
    prey = p * (payoffs.preying - payoffs.neither)
    least = prey / (prey + p * (payoffs.preying - payoffs.both) + lost)
    gain, risk = p * (payoffs.both - payoffs.neither), lost + p * (payoffs.cheating - payoffs.neither)
    most = min(gain / risk, Fraction(1)) if risk > 0 else Fraction(1)
    return FirstSteps(least, most) if least <= most else None


def least_trust(payoffs: Payoffs) -> Fraction:
    """The least trust at which some first step tells the sides apart: reassurance is possible from here on.

    It lies between 0 and 1, and below what is needed for everything at once (Kydd 2000).

    >>> least_trust(Payoffs.of(both=1, neither=0, alone=-1, cheating=0.5, preying=1.5))
    Fraction(2, 7)
    """
    both, lost = payoffs.both - payoffs.neither, payoffs.neither - payoffs.alone
    preying, cheating = payoffs.preying - payoffs.neither, payoffs.cheating - payoffs.neither
    odds_against = lost * (preying - both)
    return odds_against / (both * (2 * preying - both) - preying * cheating + odds_against)


def trust_ladder(
    trust: Number, *, win: Number, lose: Number, cheat: Number, keep: Number, patience: Number
) -> TrustLadder:
    """How steps may grow, from a first one that little trust suffices for to the whole stake.

    Whoever trusts wins `win` or loses `lose` times the stake; an untrustworthy side has `cheat` or `keep` times it, and
    counts what comes a stage later as worth `patience`. At each stage trust just suffices, and an untrustworthy side
    just does not care whether it cheats now or later, so that every step kept is news. With `growth` at or below 1 it
    would keep its word at constant stakes, and nothing need grow (after Watson 1999, Journal of Economic Theory 85;
    beliefs as in Kreps & Wilson 1982, ibid. 27). ValueError for numbers that make no such game; TooLargeError for more
    than `MOST_STAGES` stages.

    >>> found = trust_ladder(0.1, win=1, lose=1, cheat=2, keep=0.5, patience=0.5)
    >>> for row in (found.stakes, found.beliefs, found.keeping):
    ...     print(*row)
    8/27 4/9 2/3 1
    1/10 1/5 2/5 4/5
    4/9 3/8 1/6 0
    """
    belief, delta = _between(trust), _between(patience)
    won, lost, taken, kept = map(_exact, (win, lose, cheat, keep))
    if min(won, lost) <= 0 or kept >= taken or taken <= 0:
        raise ValueError("winning and losing must be above 0, and cheating worth more than keeping one's word")
    enough = lost / (won + lost)
    beliefs = [belief]
    while beliefs[-1] < enough:
        if len(beliefs) == MOST_STAGES:
            raise TooLargeError(
                f"so little trust takes more than {MOST_STAGES:,} stages; start from more, or risk less"
            )
        beliefs.append(beliefs[-1] / enough)
    growth = (1 - kept / taken) / delta
    return TrustLadder(
        stakes=tuple(growth ** (k + 1 - len(beliefs)) for k in range(len(beliefs))),
        beliefs=tuple(beliefs),
        keeping=tuple(max(Fraction(0), (enough - each) / (1 - each)) for each in beliefs),
        growth=growth,
    )


def _exact(number: Number) -> Fraction:
    return Fraction(str(number))


def _between(number: Number) -> Fraction:
    """A chance or discount as it is written."""
    exact = _exact(number)
    if not 0 < exact < 1:
        raise ValueError(f"trust and patience lie between 0 and 1, not at {number}")
    return exact
