"""Memory that tokens take: in memory, and on disk shard by shard.

Usage: python benchmarks/memory.py [gigabytes] [--keep folder]

Makes a corpus of invented sentences of about the given size of text, saved as `corpus.save` does. Then, each
in a process of its own: tokens in memory, and tokens in a folder. Both cut the texts, count terms and find a
phrase. Printed are the peak of memory in use, and of that which no file stands behind: pages of mapped files
count as used while they are looked at, but the system takes them back as soon as others need the memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import octadisc as od

SYLLABLES = "ba de ki lo mu na pe ri so tu va zem gor dol kar lin mar ost pol rad sel tor ver zan".split()
PER_RELEASE, AT_ONCE = 40, 5_000  # sentences; releases


def make_corpus(path: Path, gigabytes: float) -> None:
    """Write a corpus of invented sentences: frequent and rare words, and some that occur once."""
    rng = np.random.default_rng(0)
    words = np.unique(["".join(rng.choice(SYLLABLES, n)) for n in rng.integers(1, 6, 150_000)])
    ranks = rng.permutation(words.size) + 1.0
    picked = rng.choice(words, (20_000, 14), p=(1 / ranks) / (1 / ranks).sum())
    sentences = np.array([" ".join(one).capitalize() + "." for one in picked.tolist()], object)
    sentences[::97] = "Ministers spoke of mutual trust among neighbours."
    size = made = 0
    writer = None
    try:
        while size < gigabytes * 1e9:
            chosen = sentences[rng.integers(0, sentences.size, (AT_ONCE, PER_RELEASE))]
            texts = [f"{' '.join(one)} Case {made + i:x}." for i, one in enumerate(chosen.tolist())]
            size += sum(map(len, texts))
            ids = [str(made + i) for i in range(AT_ONCE)]
            rows = pd.DataFrame({"release": ids, "text": texts, "language": "en", "date": "2008-03-28"})
            part = od.Corpus.from_frame(rows)
            made += AT_ONCE
            table = pq.read_table(part.save(path.with_suffix(".part")))
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
        path.with_suffix(".part").unlink(missing_ok=True)
    print(f"{size / 1e9:.2f} GB of text in {made:,} releases", flush=True)


class Watch(threading.Thread):
    """Look every 20 ms how much memory stands behind no file."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.going = True

    def run(self) -> None:
        """Look until told to stop."""
        while self.going:
            for line in Path("/proc/self/status").read_text().splitlines():
                if line.startswith("RssAnon"):
                    self.most = max(self.most, int(line.split()[1]) * 1024)
            time.sleep(0.02)


def use(path: Path, folder: Path | None) -> None:
    """Cut, count and find; print what it took."""
    pa.set_cpu_count(2)
    od.count_terms(od.tokenize(od.Corpus.from_frame([{"text": "Kernels are compiled before."}])))
    watch = Watch()
    watch.start()
    begin = time.perf_counter()
    steps = []

    def step(name: str) -> None:
        steps.append(f"{name} {time.perf_counter() - begin:.1f} s, {watch.most / 1e9:.2f} GB")

    given: object = path
    if folder is None:
        given = od.Corpus.open(path)
        step("open")
    tokens = od.tokenize(given, folder=folder)
    step("tokenize")
    counts = od.count_terms(tokens)
    step("count")
    found = len(tokens.find("mutual trust among neighbours"))
    step("find")
    watch.going = False
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{'on disk' if folder else 'in memory'}: {tokens.n_tokens:,} tokens, {counts.matrix.nnz:,} counts")
    print(f"  found {found:,}; {'; '.join(steps)} (memory that stands behind no file, so far)")
    print(f"  peak {peak / 1e9:.2f} GB, of it without a file {watch.most / 1e9:.2f} GB", flush=True)


def main() -> None:
    """Make the corpus, and use it in two processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gigabytes", nargs="?", type=float, default=0.2)
    parser.add_argument("--keep", type=Path, help="a folder for the corpus, used again if it is there")
    parser.add_argument("--use", nargs="+", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.use:
        use(given.use[0], given.use[1] if len(given.use) > 1 else None)
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = given.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"corpus-{given.gigabytes:g}.parquet"
        if not path.exists():
            make_corpus(path, given.gigabytes)
        for more in ([], [Path(temporary) / "tokens"]):
            subprocess.run([sys.executable, __file__, "--use", path, *more], check=True)


if __name__ == "__main__":
    main()
