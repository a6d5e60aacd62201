"""The one rule about groups too small to show: no figure below ten answers, and none that subtraction gives.

Where exactly what is hidden could be had by taking the groups shown from their total, the next smallest
group is hidden too (complementary suppression).
"""

from collections.abc import Sequence
from typing import Final

from analysis.result import Bilingual, NotComputable

MINIMUM: Final = 10
TOO_FEW: Final = "too_few_to_show"


def is_small(n: int) -> bool:
    """Whether a group of n answers, or quotes of n people, must not be shown. An empty one tells nothing."""
    return 0 < n < MINIMUM


def concealed(sizes: Sequence[int]) -> frozenset[int]:
    """The positions to hide among groups that are shown beside their total."""
    hidden = {position for position, n in enumerate(sizes) if is_small(n)}
    others = sorted((n, position) for position, n in enumerate(sizes) if n >= MINIMUM)
    for _, position in others if hidden else ():
        if sum(sizes[each] for each in hidden) >= MINIMUM and len(hidden) > 1:
            break
        hidden.add(position)
    return frozenset(hidden)


def too_few(test: str) -> NotComputable:
    """What stands in place of a figure of a group too small to show."""
    return NotComputable(
        test,
        TOO_FEW,
        Bilingual(
            f"样本不足：少于 {MINIMUM} 份有效回答，或可由其他数字推算出来",
            f"too few answers: fewer than {MINIMUM} valid ones, or other figures would give them away",
        ),
    )
