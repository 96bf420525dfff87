"""What a CMS waits for, and how soon readers see it: real processes on one machine.

`cms` publishes with a token, `insert` is the peer: an app that stores the same and does nothing
else. The lines of the table: `arrivals` (200 articles published) and `departures` (50 of them taken
back).
"""
