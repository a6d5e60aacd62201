"""p values from a statistic and the side that is asked about."""

from scipy.special import ndtr, stdtr

from analysis.computing import one_of
from analysis.result import Bilingual

SIDES = ("two_sided", "less", "greater")


def t_tail(t: float, df: float, alternative: str = "two_sided") -> float:
    """The p value of `t` with `df` degrees of freedom; ValueError on another alternative."""
    one_of("alternative", alternative, SIDES)
    if alternative == "two_sided":
        return 2 * float(stdtr(df, -abs(t)))
    return float(stdtr(df, t if alternative == "less" else -t))


def z_tail(z: float, alternative: str = "two_sided") -> float:
    """The p value of a standard normal `z`; ValueError on another alternative."""
    one_of("alternative", alternative, SIDES)
    if alternative == "two_sided":
        return 2 * float(ndtr(-abs(z)))
    return float(ndtr(z if alternative == "less" else -z))


def sided(method: Bilingual, alternative: str, what: Bilingual, *, with_interval: bool = True) -> Bilingual:
    """`method` with a note on the side when it is one; `what` is the quantity that is 0 by hypothesis."""
    if alternative == "two_sided":
        return method
    sign = "<" if alternative == "less" else ">"
    zh, en = ("，区间为双侧", ", two-sided interval") if with_interval else ("", "")
    return Bilingual(
        f"{method.zh}，单侧（{what.zh} {sign} 0）{zh}", f"{method.en}, one-sided ({what.en} {sign} 0){en}"
    )
