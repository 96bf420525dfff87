"""The public app: GET and HEAD, from files that the follower has verified, and nothing else.

It opens no database, writes nothing, sets no cookie and knows nothing of the reader.
"""
