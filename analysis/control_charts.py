"""Control charts of proportions, with Laney's limits where periods vary more than chance alone would."""

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from analysis.computing import FloatArray, Impossible, one_of, statistic, too_few
from analysis.inputs import Choice, Column, Input
from analysis.jobs import Job
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.samples import as_floats
from analysis.wording import count, number, percent

D2 = 1.128  # the mean range of two standard normals
OVERDISPERSED = 0.05  # the level of the χ² test of dispersion that "auto" goes by
BINOMIAL = Bilingual("p 控制图（3σ 二项界限）", "p chart (3σ binomial limits)")
LANEY = Bilingual(
    "Laney p′ 控制图（3σ，按期间波动调整）", "Laney p′ chart (3σ, adjusted for variation between periods)"
)


@statistic("p_chart")
def p_chart(successes: npt.ArrayLike, sizes: npt.ArrayLike, *, laney: str = "auto") -> Outcome:
    """The control chart of successes out of sizes, an entry per period in time order.

    center = Σx/Σn; limits center ± 3 σ_z √(center(1 − center)/n), within 0…1. σ_z is 1 (binomial), or with
    Laney mean |zᵢ − zᵢ₋₁|/1.128: "never", "always", or "auto", which takes it when it is above 1 and a χ²
    test finds overdispersion (at large n binomial limits would alarm at everything). Fields: center, limits
    [{position, share, lower, upper}] (a period with a gap has none), out (positions from 1 of points outside;
    gaps keep their positions), sigma_z, laney (whether used), dispersion_p. Laney, Qual. Eng. 14 (2002) 531.
    Not computable: fewer than two periods; counts that are not whole, negative, or more than the size;
    nothing but successes or none. Warned: periods left out for a gap or a size of 0. Checked against R qcc
    and the closed form.
    """
    one_of("laney", laney, ("auto", "always", "never"))
    x, n = as_floats(successes), as_floats(sizes)
    if len(x) != len(n):
        raise ValueError("sizes: must be as long as successes")
    used = ~(np.isnan(x) | np.isnan(n)) & (n != 0)
    positions, x, n = np.flatnonzero(used) + 1, x[used], n[used]
    if len(x) < 2:
        raise too_few(len(x), 2)
    _check_counts(x, n)
    center = float(x.sum() / n.sum())
    if center in (0, 1):
        raise Impossible(
            "no_variance",
            "各期全部为 0 或全部为 1，控制界限没有宽度",
            "all periods are 0, or all are 1: the limits have no width",
        )
    sd = np.sqrt(center * (1 - center) / n)
    z = (x / n - center) / sd
    sigma = float(np.abs(np.diff(z)).mean() / D2)
    dispersion = float(chdtrc(len(z) - 1, float((z**2).sum())))
    adjust = laney == "always" or (laney == "auto" and sigma > 1 and dispersion < OVERDISPERSED)
    half = 3 * sd * (sigma if adjust else 1.0)
    lower, upper = np.maximum(0.0, center - half), np.minimum(1.0, center + half)
    out = positions[(x / n < lower) | (x / n > upper)].tolist()
    limits: list[Json] = [
        {"position": position, "share": share, "lower": low, "upper": high}
        for position, share, low, high in zip(
            positions.tolist(), (x / n).tolist(), lower.tolist(), upper.tolist(), strict=True
        )
    ]
    fields: dict[str, Json] = {
        "center": center,
        "limits": limits,
        "out": out,
        "sigma_z": sigma,
        "laney": adjust,
        "dispersion_p": dispersion,
    }
    shown = "、".join(map(str, out[:8])), ", ".join(map(str, out[:8]))
    result = Bilingual(f"第 {shown[0]} 期超出界限", f"outside the limits: {shown[1]}")
    if not out:
        result = Bilingual("各期都在界限内", "all periods lie within the limits")
    sentence = Bilingual(
        f"中心线 {percent(center)}，σz={number(sigma)}；{result.zh}（{count(len(x))} 期）。",
        f"Center {percent(center)}, σz = {number(sigma)}; {result.en} ({count(len(x))} periods).",
    )
    left_out = len(used) - len(x)
    method = LANEY if adjust else BINOMIAL
    return Result("p_chart", method, len(x), left_out, fields, sentence, _left_out(left_out))


def _check_counts(x: FloatArray, n: FloatArray) -> None:
    bad = (x < 0) | (x > n) | (x != np.rint(x)) | (n != np.rint(n)) | ~np.isfinite(n)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise Impossible(
            "not_counts",
            f"successes 与 sizes 须为整数且 0 ≤ successes ≤ sizes（如 {x[first]:g}/{n[first]:g}）",
            f"successes and sizes must be whole, 0 ≤ successes ≤ sizes (such as {x[first]:g}/{n[first]:g})",
        )


def _left_out(periods: int) -> tuple[Warning, ...]:
    if not periods:
        return ()
    message = Bilingual(
        f"{periods} 期缺数据或规模为 0，未画入", f"{periods} periods without data or of size 0 are left out"
    )
    return (Warning("gaps", message),)


def _p_chart_job(job: Job) -> Outcome:
    successes, sizes = (job.numbers(job.get(name, str)) for name in ("successes", "sizes"))
    return p_chart(successes, sizes, laney=job.get("laney", str))


STATISTICS = (
    Statistic(
        "p_chart",
        (
            Input("successes", Column(), required=True),
            Input("sizes", Column(), required=True),
            Input("laney", Choice(("auto", "always", "never")), default="auto"),
        ),
        _p_chart_job,
    ),
)
