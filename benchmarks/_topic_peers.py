"""Topic models of other packages: reads counts, fits, writes words and shares; run by topic_methods.py.

python _topic_peers.py METHOD COUNTS.npz TOPICS SEED OUT.npz
"""

import sys
import time

import numpy as np


def read(path):
    """Give rows, columns, counts and the shape."""
    with np.load(path) as arrays:
        return arrays["indptr"], arrays["indices"], arrays["data"], arrays["shape"]


def main() -> None:
    """Fit one model."""
    method, path, n_topics, seed, out = sys.argv[1:]
    n_topics, seed = int(n_topics), int(seed)
    indptr, indices, data, shape = read(path)
    rows = [slice(indptr[i], indptr[i + 1]) for i in range(int(shape[0]))]
    began = time.perf_counter()
    if method.startswith("scikit-learn"):
        from scipy import sparse
        from sklearn.decomposition import NMF, LatentDirichletAllocation

        matrix = sparse.csr_matrix((data.astype(float), indices, indptr), shape)
        if method.endswith("NMF"):
            model = NMF(n_topics, init="nndsvda", solver="mu", beta_loss="kullback-leibler", max_iter=200,
                        random_state=seed)  # fmt: skip
        else:
            model = LatentDirichletAllocation(n_topics, max_iter=20, random_state=seed, n_jobs=2)
        shares = model.fit_transform(matrix)
        words = model.components_
        if method.endswith("NMF"):
            shares = shares * words.sum(axis=1)
    elif method.startswith("gensim"):
        from gensim.models import LdaModel

        texts = [list(zip(indices[row].tolist(), data[row].tolist(), strict=True)) for row in rows]
        names = {i: str(i) for i in range(int(shape[1]))}
        began = time.perf_counter()
        model = LdaModel(texts, n_topics, names, passes=5, alpha="auto", random_state=seed)
        shares = np.zeros((int(shape[0]), n_topics))
        for i, one in enumerate(model.get_document_topics(texts, minimum_probability=0.0)):
            for k, share in one:
                shares[i, k] = share
        words = model.get_topics()
    else:
        import tomotopy

        model = tomotopy.LDAModel(k=n_topics, seed=seed + 1)
        for row in rows:
            model.add_doc([str(one) for one in np.repeat(indices[row], data[row])])
        began = time.perf_counter()
        model.train(500, workers=2)
        there = np.array([int(one) for one in model.used_vocabs])
        words = np.full((n_topics, int(shape[1])), 1e-12)
        words[:, there] = [model.get_topic_word_dist(k) for k in range(n_topics)]
        shares = np.full((int(shape[0]), n_topics), 1 / n_topics)
        full = np.flatnonzero(np.diff(indptr))
        shares[full] = [one.get_topic_dist() for one in model.docs]
    seconds = time.perf_counter() - began
    np.savez(out, words=words / words.sum(axis=1, keepdims=True), seconds=seconds,
             shares=shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300))  # fmt: skip


if __name__ == "__main__":
    main()
