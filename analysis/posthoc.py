"""Which groups differ: all pairs of groups at once, by means (Tukey, Games-Howell) or by ranks (Dunn)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis import studentized
from analysis.computing import FloatArray, statistic, too_few
from analysis.groups import (
    GROUPED,
    TINY,
    Sample,
    need_few,
    need_several,
    need_sizes,
    need_variance,
    no_variance,
    samples_of,
)
from analysis.jobs import Job
from analysis.multiplicity import METHODS, adjusted, method_input
from analysis.ranking import Ranking
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import Counts
from analysis.wording import count
from analysis.wording import names as listed

Pairs = list[tuple[str, str]]


def tukey(groups: Mapping[str, npt.ArrayLike], *, confidence: float = 0.95) -> Outcome:
    """Tukey's test of all pairs of arrays by group name; see tukey_from_counts."""
    counted, missing = _counted(groups)
    return tukey_from_counts(counted, n_missing=missing, confidence=confidence)


@statistic("tukey")
def tukey_from_counts(
    groups: Mapping[str, Counts], *, n_missing: int = 0, confidence: float = 0.95
) -> Outcome:
    """Tukey's honestly significant differences (Tukey-Kramer) of all pairs of means, equal variances.

    se = √(MSw (1/nₐ + 1/n_b)), the SE of the difference; q = √2·|difference|/se on the studentized range of k
    means with n − k; ci = difference ± q_crit·se/√2. Fields: pairs [{a, b, difference (a − b), se, statistic
    (q), df, p_adjusted, ci}]. Tukey 1953; Kramer, Biometrics 12 (1956) 307. Not computable: one group; an
    empty group; no variance within groups. Checked against R TukeyHSD and ptukey.
    """
    need_several(groups)
    need_few(groups)
    samples = samples_of(groups, 1)
    n, k = sum(s.n for s in samples.values()), len(samples)
    if n <= k:
        raise too_few(n, k + 1)
    error = sum(s.ss for s in samples.values()) / (n - k)
    need_variance(sqrt(error), *(s.mean for s in samples.values()))
    pairs = list(combinations(samples, 2))
    se = np.sqrt([error * (1 / samples[a].n + 1 / samples[b].n) for a, b in pairs])
    rows = _range_rows(pairs, samples, se, np.full(len(pairs), float(n - k)), confidence)
    method = Bilingual("Tukey HSD 成对比较", "Tukey's HSD for all pairs")
    return _pairs_result("tukey", method, n, n_missing, rows, confidence)


def games_howell(groups: Mapping[str, npt.ArrayLike], *, confidence: float = 0.95) -> Outcome:
    """The Games-Howell test of all pairs of arrays by group name; see games_howell_from_counts."""
    counted, missing = _counted(groups)
    return games_howell_from_counts(counted, n_missing=missing, confidence=confidence)


@statistic("games_howell")
def games_howell_from_counts(
    groups: Mapping[str, Counts], *, n_missing: int = 0, confidence: float = 0.95
) -> Outcome:
    """The Games-Howell test of all pairs of means, variances unequal: what follows Welch's F.

    se² = sₐ²/nₐ + s_b²/n_b with Welch-Satterthwaite df per pair; otherwise as Tukey with all k groups.
    Fields: pairs as tukey_from_counts. Games & Howell, J. Educ. Stat. 1 (1976) 113. Not computable: one
    group; a group below two values; no pair that varies. Warned: pairs left out because both groups are
    constant. Checked against R rstatix::games_howell_test and ptukey.
    """
    need_several(groups)
    need_few(groups)
    samples = samples_of(groups, 2)
    n = sum(s.n for s in samples.values())
    pairs, flat = _pairs_that_vary(samples)
    if not pairs:
        raise no_variance()
    parts = np.array([[samples[name].variance / samples[name].n for name in pair] for pair in pairs])
    freedoms = np.array([[samples[name].n - 1 for name in pair] for pair in pairs])
    whole = parts.sum(axis=1)
    df = 1 / ((parts / whole[:, None]) ** 2 / freedoms).sum(axis=1)
    rows = _range_rows(pairs, samples, np.sqrt(whole), df, confidence, len(groups))
    method = Bilingual("Games-Howell 成对比较", "Games-Howell for all pairs")
    return _pairs_result("games_howell", method, n, n_missing, rows, confidence, _left_out(flat))


def dunn(groups: Mapping[str, npt.ArrayLike], *, adjust: str = "holm", confidence: float = 0.95) -> Outcome:
    """Dunn's test of all pairs of arrays by group name; see dunn_from_counts."""
    counted, missing = _counted(groups)
    return dunn_from_counts(counted, n_missing=missing, adjust=adjust, confidence=confidence)


@statistic("dunn")
def dunn_from_counts(
    groups: Mapping[str, Counts], *, n_missing: int = 0, adjust: str = "holm", confidence: float = 0.95
) -> Outcome:
    """Dunn's test of all pairs of mean ranks, from the ranks of all groups together.

    z = (R̄ₐ − R̄_b)/√((N(N+1)/12 − Σ(t³−t)/(12(N−1)))(1/nₐ + 1/n_b)); p adjusted by `adjust` (holm, bh,
    bonferroni, none). Fields: pairs [{a, b, z, p, p_adjusted}]. Dunn, Technometrics 6 (1964) 241.
    Not computable: one group; an empty group; all values equal. ValueError on another adjustment.
    Checked against R rstatix::dunn_test.
    """
    need_several(groups)
    need_few(groups)
    need_sizes(groups, 1)
    ranking = Ranking.of(groups)
    if ranking.variance <= 0:
        raise no_variance()
    first, second = np.triu_indices(len(groups), 1)
    gaps = ranking.mean_ranks[first] - ranking.mean_ranks[second]
    z = gaps / np.sqrt(ranking.variance * (1 / ranking.sizes[first] + 1 / ranking.sizes[second]))
    p = 2 * ndtr(-np.abs(z))
    rows: list[dict[str, Json]] = [
        {"a": a, "b": b, "z": float(z[i]), "p": float(p[i]), "p_adjusted": float(q)}
        for i, ((a, b), q) in enumerate(zip(combinations(groups, 2), adjusted(p, adjust), strict=True))
    ]
    method = Bilingual(
        f"Dunn 成对秩次比较，{METHODS[adjust].zh}", f"Dunn's test of pairs of ranks, {METHODS[adjust].en}"
    )
    return _pairs_result("dunn", method, ranking.n, n_missing, rows, confidence)


def _counted(groups: Mapping[str, npt.ArrayLike]) -> tuple[dict[str, Counts], int]:
    counted = {name: Counts.of(values) for name, values in groups.items()}
    return counted, sum(counts.n_missing for counts in counted.values())


def _range_rows(
    pairs: Sequence[tuple[str, str]],
    samples: Mapping[str, Sample],
    se: FloatArray,
    df: FloatArray,
    confidence: float,
    k: int | None = None,
) -> list[dict[str, Json]]:
    """A row per pair, by the studentized range of k means."""
    several = k or len(samples)
    gaps = np.array([samples[a].mean - samples[b].mean for a, b in pairs])
    q = sqrt(2) * np.abs(gaps) / se
    p = studentized.tail(q, several, df)
    half = studentized.quantile(confidence, several, df) * se / sqrt(2)
    return [
        {
            "a": a,
            "b": b,
            "difference": float(gaps[i]),
            "se": float(se[i]),
            "statistic": float(q[i]),
            "df": float(df[i]),
            "p_adjusted": float(p[i]),
            "ci": (float(gaps[i] - half[i]), float(gaps[i] + half[i])),
        }
        for i, (a, b) in enumerate(pairs)
    ]


def _pairs_that_vary(samples: Mapping[str, Sample]) -> tuple[Pairs, Pairs]:
    """The pairs whose difference has an error, and those of two constant groups."""
    pairs: Pairs = []
    flat: Pairs = []
    for a, b in combinations(samples, 2):
        one, other = samples[a], samples[b]
        se = sqrt(one.variance / one.n + other.variance / other.n)
        (pairs if se > TINY * max(abs(one.mean), abs(other.mean)) else flat).append((a, b))
    return pairs, flat


def _left_out(flat: Pairs) -> Iterator[Warning]:
    if flat:
        shown = listed(f"{a} / {b}" for a, b in flat)
        yield Warning(
            "pairs_left_out",
            Bilingual(
                f"{shown}：两组的值都没有变异，未比较", f"{shown}: both groups are constant, not compared"
            ),
        )


def _pairs_result(
    test: str,
    method: Bilingual,
    n: int,
    n_missing: int,
    rows: Sequence[Mapping[str, Json]],
    confidence: float,
    warnings: Iterable[Warning] = (),
) -> Result:
    p = np.array([row["p_adjusted"] for row in rows], dtype=np.float64)
    significant = [rows[i] for i in np.argsort(p, kind="stable") if p[i] < 1 - confidence]
    shown = listed(f"{row['a']} / {row['b']}" for row in significant) or "—"
    sentence = Bilingual(
        f"{len(rows)} 对比较中有 {len(significant)} 对在校正后差异显著（{shown}；n={count(n)}）。",
        f"{len(significant)} of {len(rows)} pairs differ significantly after adjustment "
        f"({shown}; n = {count(n)}).",
    )
    return Result(test, method, n, n_missing, {"pairs": list(rows)}, sentence, tuple(warnings))


def _tukey_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return tukey_from_counts(groups, n_missing=missing, confidence=job.confidence)


def _games_howell_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return games_howell_from_counts(groups, n_missing=missing, confidence=job.confidence)


def _dunn_job(job: Job) -> Outcome:
    groups, missing = job.groups(job.get("outcome", str), job.get("group", str))
    return dunn_from_counts(
        groups, n_missing=missing, adjust=job.get("adjust", str), confidence=job.confidence
    )


LEVELS = frozenset({"levels"})

STATISTICS = (
    Statistic("tukey", GROUPED, _tukey_job, uses=LEVELS),
    Statistic("games_howell", GROUPED, _games_howell_job, uses=LEVELS),
    Statistic("dunn", (*GROUPED, method_input("adjust", also=("none",))), _dunn_job, uses=LEVELS),
)
