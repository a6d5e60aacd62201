"""What the answers say: statistics, Chinese text, figures. Pure: knows nothing of questionnaires or pages.

Submodules load when first named (PEP 562): a process that only serves respondents imports `analysis` without
loading numpy, scipy, polars or jieba.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis import (
        agreement,
        association,
        assumptions,
        cfa,
        computing,
        concordance,
        correlation,
        covariance_structure,
        crosstab,
        descriptives,
        design,
        differences,
        exact,
        exact_tables,
        extraction,
        factorability,
        factors,
        figures,
        groups,
        icc,
        identification,
        index_models,
        inputs,
        jobs,
        krippendorff,
        loyalty,
        matched,
        measurement,
        moments,
        multiplicity,
        noncentral,
        omega,
        ordered,
        path_model,
        plan,
        posthoc,
        ranking,
        ranks,
        ratings,
        reading,
        registry,
        reliability,
        repeated,
        result,
        rotation,
        samples,
        scales,
        split_half,
        studentized,
        tables,
        tails,
        text,
        wording,
        words,
    )

__all__ = [
    "agreement",
    "association",
    "assumptions",
    "cfa",
    "computing",
    "concordance",
    "correlation",
    "covariance_structure",
    "crosstab",
    "descriptives",
    "design",
    "differences",
    "exact",
    "exact_tables",
    "extraction",
    "factorability",
    "factors",
    "figures",
    "groups",
    "icc",
    "identification",
    "index_models",
    "inputs",
    "jobs",
    "krippendorff",
    "loyalty",
    "matched",
    "measurement",
    "moments",
    "multiplicity",
    "noncentral",
    "omega",
    "ordered",
    "path_model",
    "plan",
    "posthoc",
    "ranking",
    "ranks",
    "ratings",
    "reading",
    "registry",
    "reliability",
    "repeated",
    "result",
    "rotation",
    "samples",
    "scales",
    "split_half",
    "studentized",
    "tables",
    "tails",
    "text",
    "wording",
    "words",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return importlib.import_module(f"analysis.{name}")
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
