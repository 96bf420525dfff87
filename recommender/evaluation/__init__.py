"""How good the picks are: truth, metrics, intervals and the report. Knows lists, not models."""
