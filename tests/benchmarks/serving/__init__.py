"""What the public app stands: requests a second, how long the slowest wait, memory, starts.

`home` makes something to serve, `servers` runs it under a real server, `load` asks it on loopback
from a process of its own, `constant` is the peer: an app that does nothing. The lines of the table:
`repeated` and `first` (questions), `own_time`, `workers` (memory and starts), `kinds` (of servers).
"""
