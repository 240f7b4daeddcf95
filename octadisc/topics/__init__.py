"""Topics: what releases are about, by which words, and how that changed."""

from octadisc.topics.files import load_model
from octadisc.topics.fit import fit_topics
from octadisc.topics.model import TopicModel
from octadisc.topics.over_time import TopicTrend

__all__ = ["TopicModel", "TopicTrend", "fit_topics", "load_model"]
