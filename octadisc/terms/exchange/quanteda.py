"""A folder that R makes a quanteda document-feature matrix of, written and read."""

from __future__ import annotations

import hashlib
import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, MissingFileError
from octadisc.spec import Spec
from octadisc.terms.counts import TermCounts
from octadisc.terms.exchange.exchange import make_counts
from octadisc.terms.exchange.tables import as_kinds, guess_kinds, kinds_of, read_table, write_table
from octadisc.writing import write_whole

__all__ = ["from_quanteda", "to_quanteda"]

_MATRIX, _FEATURES, _VARIABLES, _RECIPE = "counts.mtx", "features.csv", "docvars.csv", "recipe.json"
_WEIGHT = "release_weight"  # column of what releases count, where that is not 1
_RESERVED = ("docname", "docname_", "docid_", "segid_", _WEIGHT)  # quanteda's own, and ours

_READ_R = r"""# Makes a quanteda document-feature matrix, `counts`, of the files beside this one.
# In R: source("read.R", chdir = TRUE, encoding = "UTF-8"). It needs the packages Matrix and quanteda.

library(Matrix)
library(quanteda)

# Terms are text whatever they look like ("NA", "007"); so are the variables that were text.
features <- read.csv("features.csv", colClasses = "character", na.strings = character(),
                     encoding = "UTF-8")
variables <- read.csv("docvars.csv", na.strings = "", check.names = FALSE, encoding = "UTF-8",
                      stringsAsFactors = FALSE, colClasses = c(CLASSES))

counts <- as(readMM("counts.mtx"), "CsparseMatrix")  # a row a release, a column a term
dimnames(counts) <- list(variables[["docname"]], features[["feature"]])
counts <- as.dfm(counts)
docvars(counts) <- variables[names(variables) != "docname"]

# The variable `tokens` is the number of running words of each release, before any were left out: the
# denominator of rates.

# For stm (whole counts only; releases without terms fall away):
# given <- convert(counts, to = "stm")
# model <- stm::stm(given$documents, given$vocab, K = 20, data = given$meta, prevalence = ~ issuer)

# Back to octadisc: these lines write a folder that od.TermCounts.from_quanteda(folder) reads.
# dir.create("back")
# writeMM(as(counts, "dgCMatrix"), "back/counts.mtx")
# write.csv(data.frame(feature = featnames(counts)), "back/features.csv", row.names = FALSE,
#           fileEncoding = "UTF-8")
# write.csv(cbind(docname = docnames(counts), docvars(counts)), "back/docvars.csv",
#           row.names = FALSE, fileEncoding = "UTF-8")
"""


def to_quanteda(counts: TermCounts, folder: str | os.PathLike[str]) -> Path:
    """Do what `TermCounts.to_quanteda` says."""
    from scipy.io import mmwrite

    target = Path(folder)
    table = counts.releases.rename(columns=str)
    clash = [one for one in table.columns if one in _RESERVED]
    if clash or table.columns.duplicated().any():
        raise InputError(
            f"The releases have the column {clash[0]!r}, a name that is needed for something else. Rename it."
            if clash
            else "The releases have two columns of one name. Rename one of them."
        )
    if (counts.release_weights != 1).any():
        table[_WEIGHT] = counts.release_weights
    table = table.rename(columns={"release": "docname"})
    held = BytesIO()
    field = "integer" if counts.matrix.dtype.kind in "iu" else "real"
    mmwrite(held, counts.matrix, comment="releases by terms", field=field, symmetry="general")
    files = {
        _MATRIX: held.getvalue(),
        _FEATURES: write_table(pd.DataFrame({"feature": counts.terms}, dtype=object)),
        _VARIABLES: write_table(table),
    }
    recipe = {
        "spec": counts.spec.to_dict(),
        "columns": kinds_of(table),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    files[_RECIPE] = json.dumps(recipe, ensure_ascii=False, indent=1).encode()
    files["read.R"] = _script(table).encode()
    for name, content in files.items():
        write_whole(target / name, content)
    return target


def from_quanteda(folder: str | os.PathLike[str]) -> TermCounts:
    """Do what `TermCounts.from_quanteda` says."""
    source = Path(folder)
    for name in (_MATRIX, _FEATURES, _VARIABLES):
        if not (source / name).is_file():
            raise MissingFileError(
                f"{source / name}: there is no such file. Expected {_MATRIX}, {_FEATURES} and {_VARIABLES} "
                "in one folder, as counts.to_quanteda(folder) writes them; read.R there says how R does."
            )
    recipe = _recipe(source)
    matrix = _matrix(source / _MATRIX)
    terms = _features(source / _FEATURES)
    table = _variables(source / _VARIABLES)
    if matrix.shape != (len(table), len(terms)):
        turned = matrix.shape[::-1] == (len(table), len(terms))
        raise InputError(
            f"{source / _MATRIX}: is {matrix.shape[0]:,} × {matrix.shape[1]:,}, but {_VARIABLES} has "
            f"{len(table):,} releases and {_FEATURES} {len(terms):,} terms. Expected a row a release, a "
            f"column a term{'; write t(matrix) in R' if turned else ''}."
        )
    kinds = recipe.get("columns") or guess_kinds(table)
    table = as_kinds(table, kinds, source / _VARIABLES).rename(columns={"docname": "release"})
    weights = np.ones(len(table))
    if _WEIGHT in table:
        weights = table.pop(_WEIGHT).to_numpy(np.float64)
        if not ((weights >= 0) & (weights <= 1)).all():
            raise InputError(f"{source / _VARIABLES}: {_WEIGHT} is not between 0 and 1 everywhere.")
    inputs = (Spec.from_dict(recipe["spec"]),) if recipe else ()
    parameters = {"releases": len(table), "terms": len(terms)}
    spec = Spec("TermCounts.from_quanteda", parameters, inputs=inputs)
    return make_counts(matrix, terms, table, weights, spec, f"{source / _MATRIX}:")


def _recipe(folder: Path) -> dict[str, Any]:
    """Give what was noted of the files, if they still are what they were."""
    try:
        recipe: dict[str, Any] = json.loads((folder / _RECIPE).read_bytes())
        for name, digest in recipe["files"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return recipe


def _matrix(path: Path) -> sparse.csr_matrix:
    from scipy.io import mmread

    try:
        return sparse.csr_matrix(mmread(path), dtype=np.float64)
    except (ValueError, OverflowError, TypeError, OSError) as error:
        raise InputError(
            f"{path}: is no Matrix Market file ({str(error).splitlines()[0]}). Expected what "
            "Matrix::writeMM(matrix, file) writes in R."
        ) from None


def _features(path: Path) -> list[str]:
    table = read_table(path)
    named = [one for one in ("feature", "term", "x", *table.columns) if one in table and one != ""]
    if "" in table and (table[""] != _count(table)).any():
        named = [""]  # R's names of rows, where they are not just their numbers
    if not named:
        raise InputError(f"{path}: has no column of terms. Expected one called 'feature'.")
    terms = table[named[0]]
    if terms.isna().any():
        row = int(np.flatnonzero(terms.isna())[0]) + 1
        raise InputError(f"{path}: row {row:,} has no term. Expected a string in quotation marks.")
    return list(terms)


def _variables(path: Path) -> pd.DataFrame:
    table = read_table(path)
    name = next((one for one in ("docname", "docname_", "doc_id", "release", "") if one in table), None)
    if name is None:
        table.insert(0, "docname", _count(table))
    elif name != "docname":
        table = table.rename(columns={name: "docname"})
    return table.drop(columns=[""], errors="ignore")


def _count(table: pd.DataFrame) -> pd.Series:
    return pd.Series([str(i + 1) for i in range(len(table))], dtype="str")


def _script(table: pd.DataFrame) -> str:
    """Write the lines of R that make a document-feature matrix of the files."""
    kinds = {"str": "character", "datetime64": "Date"}  # numbers and truths R tells by itself
    found = {name: kinds.get(kind.split("[")[0]) for name, kind in kinds_of(table).items()}
    classes = [f'{json.dumps(name, ensure_ascii=False)} = "{kind}"' for name, kind in found.items() if kind]
    return _READ_R.replace("CLASSES", ", ".join(classes))
