"""Words for sizes ("good", "small"), from one editable table with citations (cutoffs.yaml)."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml

from analysis.result import Bilingual

SIGNED = ("cohen_d", "correlation")  # effects with a sign


@dataclass(frozen=True, slots=True)
class Band:
    """A word and the bound that earns it; the last band of a measure has none."""

    bound: float | None
    word: Bilingual


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The bands of one measure, best first, with their citation."""

    source: str
    verified_by: str
    small_is_good: bool
    bands: tuple[Band, ...]

    def of(self, value: float) -> Bilingual:
        """The word for a value."""
        for band in self.bands:
            if band.bound is None:
                return band.word
            if value <= band.bound if self.small_is_good else value >= band.bound:
                return band.word
        raise ValueError("bands: the last one must have no bound")


@functools.cache
def cutoffs() -> Mapping[str, Cutoffs]:
    """All measures of the table by name."""
    text = files("analysis").joinpath("cutoffs.yaml").read_text(encoding="utf-8")
    return {name: _cutoffs(entry) for name, entry in yaml.safe_load(text).items()}


def word(measure: str, interval: tuple[float, float]) -> Bilingual:
    """The word of the worse end of an interval (for a single value give it twice).

    A signed effect whose interval holds 0 is judged as 0; one below 0 by its distance from 0.
    """
    table, (low, high) = cutoffs()[measure], interval
    if measure in SIGNED:
        return table.of(0.0 if low <= 0 <= high else min(abs(low), abs(high)))
    return table.of(high if table.small_is_good else low)


def _cutoffs(entry: Mapping[str, object]) -> Cutoffs:
    small = entry.get("worse") == "high"
    bands = entry["bands"]
    if not isinstance(bands, list):
        raise ValueError("bands: must be a list")
    return Cutoffs(
        str(entry["source"]),
        str(entry.get("verified_by", "")),
        small,
        tuple(Band(band.get("to" if small else "from"), Bilingual(band["zh"], band["en"])) for band in bands),
    )
