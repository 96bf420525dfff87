"""What the server runs, `granian --interface wsgi --factory service.public.server:create_server`.

The app and the answer cache before it; all else stands in the modules beside this one.
"""

import gc
import logging
from multiprocessing.util import Finalize  # its processes pass over what `atexit` was given
from threading import Thread

from recommender.logs import begin, tell
from recommender.settings import Settings, load_settings
from service.public.app import create_app
from service.public.counting import Counts
from service.public.front import Front
from service.public.live import Live

_log = logging.getLogger(__name__)


def create_server(settings: Settings | None = None) -> Front:
    """Return the public app with the answer cache in front of it.

    Args:
        settings: what to obey; read from the environment and the home folder if not given.
    """
    settings = settings or load_settings()
    begin("public app", settings.log_format)
    app = create_app(settings)
    counts: Counts = app.extensions["morefrom.counts"]
    counts.start()
    live: Live = app.extensions["morefrom.live"]
    live.start()
    max_bytes = settings.answer_cache_mb * 1024**2
    front = Front(app, live, max_bytes, counts=counts)
    if settings.live_search:
        Thread(target=app.extensions["morefrom.search"].warm, daemon=True).start()
    tell(_log, "started", "A worker has started.")
    Finalize(None, tell, (_log, "stopped", "A worker has ended."), exitpriority=0)
    gc.collect()
    gc.freeze()  # what a worker has for life is not searched for rubbish again while readers wait
    return front
