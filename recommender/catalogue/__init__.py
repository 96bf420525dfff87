"""Everything at rest: articles with all their revisions, and the history of what happened.

The door is `recommender.catalogue.catalogue.Catalogue`; `readers` turn files into articles.
"""
