"""How numbers are written inside sentences, the same in every Result.

A sentence is worded before its numbers are known to be finite, so nothing here may fail on inf or nan.
"""

from collections.abc import Iterable
from math import floor, log10

from analysis.result import Bilingual


def number(value: float, digits: int = 2) -> str:
    """`value` with `digits` decimals; more for small ones, so that 0.0004 is not written as 0.00."""
    if 0 < abs(value) < 1e-10:
        return f"{value:.1e}"
    if value != 0 and abs(value) < 10**-digits:
        digits = -floor(log10(abs(value))) + 1
    if abs(value) >= 1e12:
        return f"{value:.4g}"
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def count(value: int) -> str:
    """A whole number with narrow no-break spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def percent(share: float, digits: int = 1) -> str:
    """A share of 1 as a percentage: 0.5515 is 55.2%."""
    return f"{number(100 * share, digits)}%"


def interval(limits: Iterable[float], digits: int = 2) -> str:
    """[lower, upper] with the same decimals on both sides."""
    return "[" + ", ".join(f"{limit:.{digits}f}" for limit in limits) + "]"


def percent_interval(limits: Iterable[float], digits: int = 1) -> str:
    """[lower%, upper%] of an interval of shares."""
    return "[" + ", ".join(f"{100 * limit:.{digits}f}%" for limit in limits) + "]"


def p_value(p: float) -> str:
    """p=0.013 or p<0.001."""
    return "p<0.001" if p < 0.0005 else f"p={p:.3f}"


def df(value: float) -> str:
    """Degrees of freedom: whole ones without decimals, Satterthwaite's with one."""
    return f"{value:.0f}" if value % 1 == 0 else f"{value:.1f}"


def level(confidence: float) -> str:
    """The confidence level as written before "CI": 95%."""
    return f"{100 * confidence:g}%"


def estimate(name: str, value: float, ci: Iterable[float], confidence: float, digits: int = 2) -> Bilingual:
    """An estimate with its interval: "d = 0.39, 95% CI [0.31, 0.47]"."""
    shown, limits = number(value, digits), interval(ci, digits)
    return Bilingual(
        f"{name}={shown}，{level(confidence)} 置信区间 {limits}",
        f"{name} = {shown}, {level(confidence)} CI {limits}",
    )


def judged(text: Bilingual, size: Bilingual) -> Bilingual:
    """An estimate followed by the word that the lower end of its interval earns."""
    return Bilingual(f"{text.zh}，按区间下限为“{size.zh}”", f"{text.en}, {size.en} by its lower end")


def verdict(p: float, confidence: float, what: Bilingual) -> Bilingual:
    """Whether `what` (差异, difference) is significant at 1 − confidence."""
    if p < 1 - confidence:
        return Bilingual(f"{what.zh}显著", f"a significant {what.en}")
    return Bilingual(f"{what.zh}不显著", f"no significant {what.en}")


def names(items: Iterable[str], most: int = 8) -> str:
    """A list of names, cut after `most` with the number of those left out."""
    listed = list(items)
    rest = f" … (+{len(listed) - most})" if len(listed) > most else ""
    return ", ".join(listed[:most]) + rest
