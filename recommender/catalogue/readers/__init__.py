"""Files of other people, one article at a time: one module a format, one for the fields.

What a file holds is not trusted: each row becomes a clean `Article` or a `Rejection` that says
which field was wrong, and no row can make reading cost more than a bounded amount of memory.
"""
