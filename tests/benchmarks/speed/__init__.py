"""How fast, beside whom: the parts of the table that `bench_speed` and `bench_million` print.

`made` makes the articles, `ours` asks the engine, `peers` others that are exact. `one_text`,
`all_lists`, `graph`, `more_like_this`, `growth` and `whole_way` each print some lines (`table`):
times taken by `clock`, shares of true neighbours by `recall`. `drawing` draws the growth.
"""
