"""The desk app: where a newsroom's CMS publishes, with a token.

It writes to the catalogue and to nothing else. Readers never reach it.
"""
