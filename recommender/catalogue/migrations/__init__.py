"""How the tables came to be, one step a file in `versions`, in the order of alembic's revisions.

A step is never changed once it was released. A new one is a new file with the next number, its
`down_revision` the last one's `revision`; `recommender.catalogue.schema.HEAD` then names it. Steps
only go forward: the way back is a backup.
"""
