"""Ranking: text analysis, nearest neighbours, and the mapped files that answers come from."""
