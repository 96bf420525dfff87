from collections.abc import Iterator

import pytest

from recommender.catalogue.catalogue import Catalogue


@pytest.fixture
def catalogue(catalogue_url: str) -> Iterator[Catalogue]:
    """Return an empty catalogue, in each kind of database."""
    with Catalogue.open(catalogue_url) as opened:
        yield opened
