"""What the server runs, `granian --interface wsgi --factory service.public.server:create_server`.

The app and the answer cache before it; all else stands in the modules beside this one.
"""

import gc
from threading import Thread

from recommender.settings import Settings, load_settings
from service.public.app import create_app
from service.public.front import Front


def create_server(settings: Settings | None = None) -> Front:
    """Return the public app with the answer cache in front of it.

    Args:
        settings: what to obey; read from the environment and the home folder if not given.
    """
    settings = settings or load_settings()
    app = create_app(settings)
    front = Front(app, app.extensions["morefrom.live"], settings.answer_cache_mb * 1024**2)
    if settings.live_search:
        Thread(target=app.extensions["morefrom.search"].warm, daemon=True).start()
    gc.collect()
    gc.freeze()  # what a worker has for life is not searched for rubbish again while readers wait
    return front
