"""Whether the site goes on, whatever happens to its parts: real processes, readers all the while.

`asking` is the readers, a process of their own, and `readers` starts and ends it. The lines of the
table: `promotions` (versions to and fro), `workers` (renewed and killed), `desk_killed` (while it
publishes and retracts), `database_away`.
"""
