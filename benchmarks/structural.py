"""The structural topic model beside the one on PyPI: time, growth with releases and terms, and memory.

    ./run bench structural
    python benchmarks/structural.py [--rounds 3] [--topics 20] [--no-peer] [--peer-python PYTHON]
                                    [--parts peer growth terms]

peer: poliblog5k where the reference folder stands beside the project, else 5,000 simulated releases of 200
words. The peer (structural-topic-model, which needs Python 3.12) runs in an environment of its own, once,
since it takes minutes; octadisc runs before and after it, warm. Both make the spectral start and fit with
the same covariates to the same rule. The peer is given the same design, its columns without the constant.

growth: simulated corpora of 5,000 to 200,000 releases, each in a process of its own: seconds a pass and the
peak of memory, over those of the counts. terms: the spectral start with 50,000 terms.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from _environments import clean_environment, make_environment, python_of
from _topics import read_reference, simulate
from scipy import sparse

import octadisc as od
from octadisc.statistics.formulas import make_design
from octadisc.topics.structural.fitting import Settings, State, fit, make_data
from octadisc.topics.structural.starts import begin

HERE = Path(__file__).resolve().parent
PEER = "structural-topic-model==1.0.0"
SIZES = (5_000, 20_000, 50_000, 200_000)
PEER_CODE = """
import json, sys, time
import numpy as np
from scipy import sparse
from stm import StructuralTopicModel
given = np.load(sys.argv[1])
matrix = sparse.csr_matrix((given["data"], given["indices"], given["indptr"]), tuple(given["shape"]))
small = matrix[:40]
small = small[np.asarray(small.sum(axis=1)).ravel() > 0]
began = time.perf_counter()
model = StructuralTopicModel(int(sys.argv[2])).fit(matrix, prevalence=given["design"])
took = time.perf_counter() - began
print(json.dumps({"seconds": took, "bound": float(model.bound_[-1]), "iterations": int(model.n_iter_)}))
"""


def main() -> None:
    """Run the parts asked for and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--topics", type=int, default=20)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--peer-python", default=None)
    parser.add_argument("--parts", nargs="*", default=["peer", "growth", "terms"])
    parser.add_argument("--one", nargs=2, metavar=("PART", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    warnings.simplefilter("ignore", od.OctadiscWarning)
    if given.one:
        measure_one(given.one[0], int(given.one[1]), given.topics)
        return
    print(f"octadisc {od.Spec.versions()['octadisc']}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if "peer" in given.parts:
        beside_peer(given)
    if "growth" in given.parts:
        grow("growth", SIZES, given.topics)
    if "terms" in given.parts:
        grow("terms", (50_000,), given.topics)


def beside_peer(given: argparse.Namespace) -> None:
    """Time octadisc and the peer on the same counts."""
    found = read_reference()
    counts, formula = found or (simulate(5_000, n_topics=given.topics, n_terms=2_600).counts, None)
    name, with_what = "poliblog5k" if found else "simulated", formula or "no covariates"
    print(f"{name}: {counts}, {given.topics} topics, {with_what}")

    def fit() -> tuple[float, od.TopicModel]:
        began = time.perf_counter()
        model = od.fit_topics(counts, given.topics, prevalence=formula)
        return time.perf_counter() - began, model

    fit()  # compiled
    times = []
    for _ in range(given.rounds):
        took, model = fit()
        times.append(took)
    n = len(model.bound)
    print(f"octadisc  {said(times)} s, {n} passes, bound {model.bound[-1]:,.1f}")
    if formula:
        for clusters in (None, "issuer"):
            took = []
            for _ in range(given.rounds):
                began = time.perf_counter()
                od.estimate_effect(model, formula, n_draws=100, clusters=clusters)
                took.append(time.perf_counter() - began)
            print(f"effects, 100 draws, clusters={clusters}  {said(took)} s")
    if not given.no_peer:
        peer = run_peer(counts, formula, given)
        times.append(fit()[0])
        if isinstance(peer, str):
            print(f"{PEER}: not run: {peer}")
        else:
            ratios = sorted(peer["seconds"] / one for one in times)
            print(f"{PEER}  {peer['seconds']:.1f} s, {peer['iterations']} passes, bound {peer['bound']:,.1f}")
            print(
                f"octadisc is {statistics.median(ratios):.0f} times as fast ({ratios[0]:.0f} to "
                f"{ratios[-1]:.0f})"
            )


def runs(python: str) -> bool:
    """Say whether there is such a Python, and it starts."""
    found = shutil.which(python)
    return found is not None and not subprocess.run([found, "-c", ""], capture_output=True).returncode


def run_peer(counts: od.TermCounts, formula: str | None, given: argparse.Namespace) -> dict[str, float] | str:
    """Fit the peer in its own environment; give what it measured, or what is wrong."""
    base = given.peer_python or next(filter(runs, ("python3.12", "python3.13", "python3.14")), None)
    if base is None and sys.version_info >= (3, 12):
        base = getattr(sys, "_base_executable", sys.executable)
    if base is None:
        return "it needs Python 3.12; name one with --peer-python"
    import platformdirs

    cache = Path(platformdirs.user_cache_dir("octadisc", appauthor=False)) / "benchmarks"
    folder = cache / f"{PEER.replace('==', '-')}-{platform.machine()}"
    problem = make_environment(folder, [PEER], base)
    if problem:
        return problem
    matrix = counts.matrix.tocsr()
    design = (
        np.zeros((matrix.shape[0], 0))
        if formula is None
        else make_design(formula, counts.releases).matrix[:, 1:]
    )
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "counts.npz"
        np.savez(
            path,
            data=matrix.data,
            indices=matrix.indices,
            indptr=matrix.indptr,
            shape=matrix.shape,
            design=design,
        )
        command = [str(python_of(folder)), "-c", PEER_CODE, str(path), str(given.topics)]
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
    if done.returncode:
        return (done.stderr.splitlines() or ["no message"])[-1]
    made: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return made


def grow(part: str, sizes: tuple[int, ...], n_topics: int) -> None:
    """Run a part at each size in a process of its own, and print how it grows."""
    rows = []
    for size in sizes:
        command = [sys.executable, __file__, "--one", part, str(size), "--topics", str(n_topics)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=HERE)
        if done.returncode:
            print(f"{part} {size:,}: {(done.stderr.splitlines() or ['no message'])[-1]}")
            continue
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(
            f"{part} {size:,}: {rows[-1]['tokens']:,} tokens, start {rows[-1]['start']:.1f} s "
            f"({rows[-1]['start_busy']:.1f} of processor time), {rows[-1]['each']:.3f} s a pass "
            f"({rows[-1]['each_busy']:.3f}), peak {rows[-1]['peak']:.2f} GB ({rows[-1]['before']:.2f} "
            f"with the "
            f"counts, of which the matrix {rows[-1]['matrix']:.2f})",
            flush=True,
        )
    if len(rows) > 1:
        across = np.log([one["tokens"] for one in rows])
        slope = np.polyfit(across, np.log([one["each_busy"] for one in rows]), 1)[0]
        print(f"{part}: processor time of a pass grows as tokens to the power {slope:.2f}")


def measure_one(part: str, size: int, n_topics: int) -> None:
    """Fit one simulated corpus and print what it took, as JSON."""
    n_terms = size if part == "terms" else 5_000
    n_releases = 20_000 if part == "terms" else size
    od.fit_topics(simulate(200, n_topics=3, n_terms=100).counts, 3, max_iterations=2)  # compiled
    counts = simulate(n_releases, n_topics=n_topics, n_terms=n_terms).counts
    before = peak()
    matrix = sparse.csr_matrix(counts.matrix, dtype=np.float64)
    data = make_data(matrix, np.ones((n_releases, 1)))
    began, busy = time.perf_counter(), time.process_time()
    state = begin(data, matrix, n_topics, "spectral", 0)
    start, start_busy = time.perf_counter() - began, time.process_time() - busy
    marks = []

    def report(state: State, settled: bool) -> None:
        marks.append((time.perf_counter(), time.process_time()))

    fit(data, state, Settings(max_iterations=5, tolerance=0.0, report=report))
    each, each_busy = np.diff(np.array(marks), axis=0).mean(axis=0).tolist()
    matrix = counts.matrix
    print(
        json.dumps(
            {
                "tokens": int(matrix.sum()),
                "start": start,
                "start_busy": start_busy,
                "each": each,
                "each_busy": each_busy,
                "peak": peak(),
                "before": before,
                "matrix": (matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes) / 1e9,
            }
        )
    )


def peak() -> float:
    """Give the peak of memory of this process, in GB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def said(times: list[float]) -> str:
    """Write the median and the range of some times."""
    return f"{statistics.median(times):.2f} ({min(times):.2f} to {max(times):.2f})"


if __name__ == "__main__":
    main()
