import json
import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from octadisc.spec import Spec


def test_a_recipe_survives_json():
    corpus = Spec("load_corpus", {"path": "a.csv"}, fingerprint="ab")
    trend = Spec("track_terms", {"queries": ["trust"], "every": "year"}, seed=3, inputs=(corpus,))
    again = Spec.from_dict(json.loads(trend.to_json()))
    assert again == trend


def test_any_parameter_becomes_plain():
    given = {
        "day": date(2008, 3, 28),
        "array": np.array([1, 2]),
        "set": {"b", "a"},
        "missing": float("nan"),
        "frame": pd.DataFrame({"x": [1]}),
        "path": Path("somewhere") / "releases.csv",
        "name": os.fsdecode("извор.txt".encode()).encode("utf-8").decode("ascii", "surrogateescape"),
    }
    plain = Spec("f", given).to_dict()["parameters"]
    assert plain["day"] == "2008-03-28"
    assert plain["array"] == [1, 2]
    assert plain["set"] == ["a", "b"]
    assert plain["missing"] is None
    assert plain["frame"] == {"x": [1]}
    assert plain["name"] == "извор.txt"  # as a program in the C locale sees it
    assert plain["path"] == "releases.csv"  # no path of one machine
