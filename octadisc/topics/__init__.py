"""Topics: what releases are about, by which words, and how that changed."""

from octadisc.topics.effects.across import EffectsAcross, compare_effects
from octadisc.topics.effects.effects import Effect, estimate_effect
from octadisc.topics.files import load_model
from octadisc.topics.fit import fit_topics
from octadisc.topics.model import TopicModel
from octadisc.topics.over_time.trend import TopicTrend
from octadisc.topics.quality.quality import TopicQuality

__all__ = [
    "Effect",
    "EffectsAcross",
    "TopicModel",
    "TopicQuality",
    "TopicTrend",
    "compare_effects",
    "estimate_effect",
    "fit_topics",
    "load_model",
]
