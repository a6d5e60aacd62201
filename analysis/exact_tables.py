"""The exact p value of a table of counts: all tables with its margins, those as rare as it or rarer.

A table's probability is proportional to exp(−S) with S = Σ log(cell!). Columns are dealt out one after the
other; of those dealt only the row totals left (as a set) and the S so far matter. A state whose every
completion is rare enough, or none, is settled at once (after Mehta & Patel's network algorithm, JASA 78
(1983) 427); when that is cheaper than dealing on, all completions of the open states are listed and looked
up.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import binom, gammaln

from analysis.computing import FloatArray, IntArray

MOST_WAYS = 15_000_000  # ways to deal a column, followed or listed, all in all: some seconds
MOST_ROWS = 10
AT_ONCE = 2_000_000
LARGEST_KEY = 2.0**62
SAME = 1e-7  # tables whose log probabilities differ by less are equally rare
REPLICATES = 50_000
MOST_DRAWS = 100_000_000  # cells drawn, or twice the rows shuffled, over all replicates


@dataclass(frozen=True, slots=True, eq=False)
class _Paths:
    """Row totals left per state, and the partial tables that lead there: their state, S and number."""

    left: IntArray
    state: IntArray
    s: FloatArray
    often: FloatArray

    def only(self, kept: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> "_Paths":
        """These paths, and only the states that they need."""
        used, state = np.unique(self.state[kept], return_inverse=True)
        return _Paths(self.left[used], state, self.s[kept], self.often[kept])


def exact_p(counts: IntArray) -> float | None:
    """P(table as rare as `counts` or rarer | margins); None when there are too many tables to go through.

    No margin may be 0. Checked against R fisher.test and against brute force.
    """
    table = counts if counts.shape[0] <= counts.shape[1] else counts.T
    columns = -np.sort(-table.sum(axis=0))
    if len(table) > MOST_ROWS or float(table.sum(axis=1).max() + 1) ** len(table) > LARGEST_KEY:
        return None
    observed = float(gammaln(table + 1.0).sum()) - SAME
    left = -np.sort(-table.sum(axis=1))[None, :]
    whole = float(_log_completions(left, columns)[0])
    paths, p = _Paths(left, np.zeros(1, np.int64), np.zeros(1), np.ones(1)), 0.0
    spent = 0.0
    for j in range(len(columns)):
        rest = columns[j:]
        least, most = _bounds(paths.left, rest)
        rare = paths.s + least[paths.state] >= observed
        settled = paths.often * np.exp(_log_completions(paths.left, rest)[paths.state] - paths.s - whole)
        p += float(settled[rare].sum())
        paths = paths.only(~rare & (paths.s + most[paths.state] >= observed))
        spent += float(len(paths.left) * len(rest) << len(table))  # what the two counts below cost
        if spent > MOST_WAYS:
            return None
        ways = _ways_of(paths.left, rest[0])
        listing = ways * _ways_after(paths.left, rest)
        to_list, to_follow = float(listing.sum()), float(ways[paths.state].sum())
        spent += min(to_list, to_follow)
        if spent > MOST_WAYS:
            return None
        if to_list <= to_follow or len(rest) <= 2:
            return min(1.0, p + _look_up(paths, rest, observed, whole, listing))
        paths = _deal(paths, int(rest[0]))
    return min(1.0, p)


def _bounds(left: IntArray, columns: IntArray) -> tuple[FloatArray, FloatArray]:
    """Bounds of the S that completes each state.

    Below by Lagrange: with μ = row·column/N and f = ⌊μ⌋ no table has less than Σ log f! + (μ − f) log μ.
    Above: a row, or a column, has most when it is all in one cell.
    """
    mu = left[:, :, None] * (columns / columns.sum())
    whole = np.floor(mu)
    slope = np.log(np.where(mu > 0, mu, 1.0))
    least = (gammaln(whole + 1) + (mu - whole) * slope).sum(axis=(1, 2))
    most = np.minimum(gammaln(left + 1.0).sum(axis=1), float(gammaln(columns + 1.0).sum()))
    return least - SAME / 10, most + SAME / 10


def _log_completions(left: IntArray, columns: IntArray) -> FloatArray:
    """log Σ exp(−S) over all ways to complete each state: N!/(Π rows! Π columns!)."""
    whole = float(gammaln(columns.sum() + 1.0) - gammaln(columns + 1.0).sum())
    return np.asarray(whole - gammaln(left + 1.0).sum(axis=1), dtype=np.float64)


def _ways_of(left: FloatArray | IntArray, total: float) -> FloatArray:
    """In how many ways `total` can be dealt over the rows of each state (by inclusion and exclusion)."""
    m, ways = left.shape[1], np.zeros(len(left))
    for chosen in range(1 << m):
        members = [i for i in range(m) if chosen >> i & 1]
        spare = total - (left[:, members] + 1.0).sum(axis=1) + m - 1
        ways += (-1) ** len(members) * np.where(spare >= m - 1, binom(np.maximum(spare, 0), m - 1), 0.0)
    return np.maximum(ways, 1.0)


def _ways_after(left: IntArray, columns: IntArray) -> FloatArray:
    """Roughly in how many ways all but the first and the last column can be dealt after the first."""
    ways, remaining = np.ones(len(left)), float(columns.sum())
    for j in range(1, len(columns) - 1):
        share = float(columns[j:].sum()) / remaining
        ways *= _ways_of((left * share).astype(np.float64), float(columns[j]))
    return ways


def _deal(paths: _Paths, total: int) -> _Paths:
    """All paths one column on; those that meet in a state with the same S become one."""
    owner, dealt = _ways(paths.left, total)
    after = -np.sort(-(paths.left[owner] - dealt), axis=1)
    _, first, child = np.unique(_keys(after), return_index=True, return_inverse=True)
    step, starts = gammaln(dealt + 1.0).sum(axis=1), np.searchsorted(owner, np.arange(len(paths.left) + 1))
    degrees = np.diff(starts)[paths.state]
    source = np.repeat(np.arange(len(paths.state)), degrees)
    way = np.arange(len(source)) + np.repeat(starts[paths.state] - degrees.cumsum() + degrees, degrees)
    state, s = child[way], paths.s[source] + step[way]
    order = np.lexsort((s, state))
    state, s, often = state[order], s[order], paths.often[source][order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(state) != 0) | (np.diff(s) > SAME / 100)
    heads = np.flatnonzero(new)
    return _Paths(after[first], state[heads], s[heads], np.add.reduceat(often, heads))


def _keys(left: IntArray) -> IntArray:
    """A number per row: its row totals as the digits of one number."""
    base = int(left.max(initial=0)) + 1
    return left @ np.array([base**i for i in range(left.shape[1])], dtype=np.int64)


def _ways(left: IntArray, total: int) -> tuple[IntArray, IntArray]:
    """Every way to deal `total` over the rows of each state: (its state, how much to each row)."""
    owner, rest = np.arange(len(left)), np.full(len(left), total)
    dealt = np.zeros((len(left), 0), dtype=np.int64)
    room = np.column_stack([left[:, ::-1].cumsum(axis=1)[:, ::-1], np.zeros(len(left), np.int64)])
    for i in range(left.shape[1]):
        low = np.maximum(0, rest - room[owner, i + 1])
        widths = np.minimum(rest, left[owner, i]) - low + 1
        parent = np.repeat(np.arange(len(owner)), widths)
        amount = np.arange(len(parent)) - np.repeat(widths.cumsum() - widths - low, widths)
        dealt = np.column_stack([dealt[parent], amount])
        owner, rest = owner[parent], rest[parent] - amount
    return owner, dealt


def _look_up(paths: _Paths, columns: IntArray, observed: float, whole: float, ways: FloatArray) -> float:
    """The probability of the rare completions of all paths, from a sorted list of those of each state."""
    order = np.argsort(paths.state, kind="stable")
    ends = np.searchsorted(paths.state[order], np.arange(len(paths.left) + 1))
    p = 0.0
    for part in np.split(np.arange(len(paths.left)), np.flatnonzero(np.diff(ways.cumsum() // AT_ONCE)) + 1):
        owner, s = _completions(paths.left[part], columns)
        bounds = np.searchsorted(owner, np.arange(len(part) + 1))
        for i, state in enumerate(part):
            falling = -np.sort(-s[bounds[i] : bounds[i + 1]])
            mass = np.concatenate([[0.0], np.exp(falling[-1] - falling).cumsum()])
            mine = order[ends[state] : ends[state + 1]]
            rare = np.searchsorted(-falling, paths.s[mine] - observed, side="right")
            weights = paths.often[mine] * np.exp(-paths.s[mine] - falling[-1] - whole)
            p += float(weights @ mass[rare])
    return p


def _completions(left: IntArray, columns: IntArray) -> tuple[IntArray, FloatArray]:
    """All ways to complete each state: (its state, S), by state."""
    owner, s = np.arange(len(left)), np.zeros(len(left))
    for total in columns[:-1]:
        parent, dealt = _ways(left, int(total))
        owner, s = owner[parent], s[parent] + gammaln(dealt + 1.0).sum(axis=1)
        left = left[parent] - dealt
    return owner, s + gammaln(left + 1.0).sum(axis=1)


def simulated_p(counts: IntArray, seed: int, replicates: int = REPLICATES) -> tuple[float, float, int]:
    """(p, its standard error, replicates) from random tables with the margins of `counts`.

    p = (1 + tables as rare or rarer)/(1 + replicates), as R fisher.test(simulate.p.value = TRUE). Large
    tables get fewer replicates, at least 1000.
    """
    rng = np.random.default_rng(seed)
    few_rows = 2 * int(counts.sum()) < counts.size  # then rows are cheaper to shuffle than cells to draw
    replicates = min(replicates, max(1000, MOST_DRAWS // min(counts.size, 2 * int(counts.sum()))))
    draw = _shuffled if few_rows else _drawn
    limit, rare, done = float(gammaln(counts + 1.0).sum()) - SAME, 0, 0
    while done < replicates:
        part = min(replicates - done, max(1, AT_ONCE // max(counts.shape[1], int(counts.sum()) * few_rows)))
        rare += int((draw(counts, rng, part) >= limit).sum())
        done += part
    p = (1 + rare) / (1 + replicates)
    return p, float(np.sqrt(p * (1 - p) / replicates)), replicates


def _drawn(counts: IntArray, rng: np.random.Generator, replicates: int) -> FloatArray:
    """S of random tables, cell by cell from hypergeometric distributions."""
    left = np.tile(counts.sum(axis=0), (replicates, 1))
    s = np.zeros(replicates)
    for total in counts.sum(axis=1)[:-1]:
        rest = np.full(replicates, total)
        after = left.sum(axis=1)
        for j in range(counts.shape[1] - 1):
            after -= left[:, j]
            drawn = rng.hypergeometric(left[:, j], after, rest)
            rest -= drawn
            left[:, j] -= drawn
            s += gammaln(drawn + 1.0)
        left[:, -1] -= rest
        s += gammaln(rest + 1.0)
    return np.asarray(s + gammaln(left + 1.0).sum(axis=1), dtype=np.float64)


def _shuffled(counts: IntArray, rng: np.random.Generator, replicates: int) -> FloatArray:
    """S of random tables, by shuffling the column categories of the rows: log cell! = Σ log 1…cell."""
    n = int(counts.sum())
    rows = np.repeat(np.arange(counts.shape[0]), counts.sum(axis=1))
    columns = np.repeat(np.arange(counts.shape[1]), counts.sum(axis=0))
    cells = rng.permuted(np.tile(columns, (replicates, 1)), axis=1) + rows * counts.shape[1]
    cells.sort(axis=1)
    starts = np.zeros((replicates, n), dtype=np.int64)
    starts[:, 1:] = np.where(np.diff(cells, axis=1) != 0, np.arange(1, n), 0)
    place = np.arange(n) - np.maximum.accumulate(starts, axis=1)
    return np.asarray(np.log1p(place).sum(axis=1), dtype=np.float64)
