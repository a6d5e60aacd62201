"""Association rules: what those who have some things also have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import BoolArray, FloatArray, Impossible, statistic
from analysis.inputs import Columns, Input, Number
from analysis.jobs import Job
from analysis.moments import equal_columns
from analysis.patterns import Patterns
from analysis.registry import Statistic
from analysis.result import Bilingual, Json, Outcome, Result, Warning
from analysis.scales import few_items
from analysis.wording import count, names, number, percent

MOST_SETS = 200_000  # item sets; beyond this nobody reads the rules
ROUNDING = 1e-12  # a share that meets a threshold exactly may be computed this much below it


@statistic("association_rules")
def association_rules(
    items: Mapping[str, npt.ArrayLike], *, min_support: float, min_confidence: float
) -> Outcome:
    """Rules "if all of these, then that one" among columns of 0 and 1.

    support: share of rows with all items of the rule; confidence: support over the share of rows with the
    left side; lift: confidence over the share of the right item. All rules with support of at least
    `min_support` and confidence of at least `min_confidence`; rows with a gap are left out. Field: rules
    [{if [..], then, support, confidence, lift}], surest first. Agrawal & Srikant 1994; item sets by Zaki's
    depth-first search (2000). Not computable: fewer than two items, no complete row, values other than 0
    and 1, more than 200 000 item sets. Warned: no rule. Checked against R by counting all sets.
    """
    columns = equal_columns(items)
    if len(columns) < 2:
        raise few_items(2)
    patterns = Patterns.of(columns)
    _refuse_other_values(tuple(items), patterns.rows)
    n, sets = patterns.n, _frequent_sets(patterns, min_support)
    found = sorted(_rules(sets, n, min_confidence), key=lambda rule: rule.rank)
    label = tuple(items)
    rules: list[Json] = [rule.to_json(label) for rule in found]
    top = found[0].text(label) if found else ""
    sentence = Bilingual(
        f"共 {len(rules)} 条关联规则{f'，最可靠的是：{top}' if found else ''}（n={count(n)}）。",
        f"{len(rules)} association rules{f'; the surest: {top}' if found else ''} (n = {count(n)}).",
    )
    method = Bilingual(
        f"关联规则，支持度 ≥ {number(min_support)}，置信度 ≥ {number(min_confidence)}",
        f"association rules, support ≥ {number(min_support)}, confidence ≥ {number(min_confidence)}",
    )
    warnings = () if found else (_no_rule(),)
    return Result("association_rules", method, n, patterns.n_missing, {"rules": rules}, sentence, warnings)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule over positions of items."""

    left: tuple[int, ...]
    right: int
    support: float
    confidence: float
    lift: float

    @property
    def rank(self) -> tuple[float, float, tuple[int, ...], int]:
        return -self.confidence, -self.support, self.left, self.right

    def to_json(self, label: tuple[str, ...]) -> dict[str, Json]:
        return {
            "if": [label[i] for i in self.left],
            "then": label[self.right],
            "support": self.support,
            "confidence": self.confidence,
            "lift": self.lift,
        }

    def text(self, label: tuple[str, ...]) -> str:
        left = names(label[i] for i in self.left)
        return f"{left} → {label[self.right]} ({percent(self.confidence)}, lift {number(self.lift)})"


def _frequent_sets(patterns: Patterns, min_support: float) -> dict[tuple[int, ...], int]:
    """The counts of all item sets that occur and whose share is at least `min_support`, depth first."""
    has, least = patterns.rows == 1, max(1.0, min_support * patterns.n * (1 - ROUNDING))
    found: dict[tuple[int, ...], int] = {}
    stack: list[tuple[tuple[int, ...], BoolArray]] = [((), np.ones(len(has), dtype=np.bool_))]
    while stack:
        chosen, rows = stack.pop()
        for item in range(chosen[-1] + 1 if chosen else 0, has.shape[1]):
            with_item = rows & has[:, item]
            often = int(patterns.weights[with_item].sum())
            if often >= least:
                found[(*chosen, item)] = often
                stack.append(((*chosen, item), with_item))
        if len(found) > MOST_SETS:
            raise Impossible(
                "too_many_rules",
                f"超过 {count(MOST_SETS)} 个项集达到支持度；请提高 min_support",
                f"more than {count(MOST_SETS)} item sets have the support: raise min_support",
            )
    return found


def _rules(sets: Mapping[tuple[int, ...], int], n: int, min_confidence: float) -> Iterator[_Rule]:
    for chosen, often in sets.items():
        for right in chosen if len(chosen) > 1 else ():
            left = tuple(item for item in chosen if item != right)
            confidence = often / sets[left]
            if confidence >= min_confidence * (1 - ROUNDING):
                yield _Rule(left, right, often / n, confidence, confidence / (sets[(right,)] / n))


def _refuse_other_values(items: tuple[str, ...], rows: FloatArray) -> None:
    which = names(
        name for name, values in zip(items, rows.T, strict=True) if not np.isin(values, (0, 1)).all()
    )
    if which:
        raise Impossible(
            "not_binary", f"列 {which} 有 0 和 1 以外的值", f"{which} hold values other than 0 and 1"
        )


def _no_rule() -> Warning:
    text = Bilingual(
        "没有规则同时达到支持度与置信度；请降低阈值", "no rule meets both thresholds; lower them"
    )
    return Warning("no_rules", text)


def _rules_job(job: Job) -> Outcome:
    return association_rules(
        job.matrix(job.names("items")),
        min_support=job.get("min_support", float),
        min_confidence=job.get("min_confidence", float),
    )


STATISTICS = (
    Statistic(
        "association_rules",
        (
            Input("items", Columns(), required=True),
            Input("min_support", Number(0), required=True),
            Input("min_confidence", Number(0), required=True),
        ),
        _rules_job,
    ),
)
