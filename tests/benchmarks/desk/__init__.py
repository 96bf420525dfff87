"""The desk, measured: what an editor waits for."""
