"""The words of the house as frozen dataclasses: standard library and numpy only."""
