"""Topics: what releases are about, by which words, and how that changed."""

from octadisc.topics.effects.effects import Effect, estimate_effect
from octadisc.topics.files import load_model
from octadisc.topics.fit import fit_topics
from octadisc.topics.model import TopicModel
from octadisc.topics.over_time import TopicTrend

__all__ = ["Effect", "TopicModel", "TopicTrend", "estimate_effect", "fit_topics", "load_model"]
