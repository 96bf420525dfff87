"""What the pages read from: the snapshot that the site is answered from, and the catalogue.

The follower's pointer names the snapshot here as it does for the public app, so that an editor sees
what readers see, and no later than they. Everything is opened when it is first asked for.
"""

import logging
from contextlib import suppress
from datetime import UTC, datetime

from flask import Flask, current_app

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.errors import MorefromError, NoChampion
from recommender.logs import tell
from recommender.ranking.searching import LiveSearch
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.finding import Finder
from recommender.workflows.found import Hits
from recommender.workflows.hidden_articles import HiddenArticles
from recommender.workflows.publishing import Publisher
from service.public.live import Live

_EXTENSION = "morefrom.at_hand"

_log = logging.getLogger(__name__)


class AtHand:
    """Opens once what several pages read; several threads may ask.

    Attributes:
        settings: whose home.
        searcher: looks deeper where filters leave too little, as in the public app; None to do
            without.
    """

    def __init__(self, settings: Settings, publisher: Publisher) -> None:
        """Open nothing yet.

        Args:
            settings: whose home.
            publisher: has its database.
        """
        self.settings = settings
        self.searcher = LiveSearch() if settings.live_search else None
        self._live = Live(settings)
        self._finder, self._hidden = Finder(), HiddenArticles()
        self._publisher = publisher

    def snapshot(self) -> Snapshot:
        """Return what the site is answered from.

        Raises:
            NoChampion: if nothing was promoted yet.
        """
        snapshot = self._live.snapshot()
        if snapshot is None:
            raise NoChampion
        return snapshot

    def database(self) -> Database:
        """Return the catalogue's database; CatalogueUnavailable if it cannot be had."""
        return self._publisher.database()

    def catalogue(self) -> Catalogue:
        """Return the catalogue; it stays open."""
        return Catalogue(self.database(), self.settings.catalogue_url)

    def find(self, text: str, now: datetime, limit: int, *, newest_first: bool = False) -> Hits:
        """Return the articles that are meant by what was typed; NoChampion while there are none.

        Args:
            text: what was typed.
            now: the instant.
            limit: how many at most.
            newest_first: order those that have all the words by date.
        """
        snapshot = self.snapshot()
        hidden = self._hidden.look(self.database(), now)
        return self._finder.find(snapshot, hidden, text, now, limit, newest_first=newest_first)

    def warm(self) -> None:
        """Make ready for the first search, if there is a model; what is wrong goes to the log."""
        try:
            with suppress(NoChampion):
                self.find("nothing yet", datetime.now(UTC), 1)
        except MorefromError as error:
            tell(_log, "trouble", f"Nothing can be searched yet: {error}", logging.WARNING)


def put_at_hand(app: Flask) -> AtHand:
    """Give an app what its pages read from, once.

    Args:
        app: with its settings under `MOREFROM`, and its publisher.

    Returns:
        What they read from.
    """
    publisher: Publisher = app.extensions["morefrom.publisher"]
    held: AtHand = app.extensions.setdefault(_EXTENSION, AtHand(app.config["MOREFROM"], publisher))
    return held


def at_hand() -> AtHand:
    """Return what the pages of the current app read from."""
    held: AtHand | None = current_app.extensions.get(_EXTENSION)
    return held or put_at_hand(current_app)
