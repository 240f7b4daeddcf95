"""Topics over time: shares and terms by period, and who publishes."""

from octadisc.topics.over_time.trend import TopicTrend

__all__ = ["TopicTrend"]
