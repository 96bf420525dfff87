"""What the server runs: the desk app, and beside it the webhook if there is one.

What a draft is compared with is read beside it too, and what is searched for articles, so that the
first who asks need not wait.
"""

import logging
import threading
from multiprocessing.util import Finalize

from flask import Flask

from recommender.logs import begin, tell
from recommender.settings import Settings, load_settings
from service.desk.app import create_app
from service.desk.webhook import Webhook

_log = logging.getLogger(__name__)


def create_server(settings: Settings | None = None) -> Flask:
    """Return the desk app, with the webhook at work in a thread that ends with the process.

    Args:
        settings: what to obey; read from the environment and the home folder if not given.
    """
    settings = settings or load_settings()
    begin("desk app", settings.log_format)
    app = create_app(settings)
    threading.Thread(target=app.extensions["morefrom.drafts"].warm, daemon=True).start()
    if settings.desk_secret is not None:
        from service.desk.at_hand import put_at_hand  # loads what a CMS need not wait for

        threading.Thread(target=put_at_hand(app).warm, daemon=True).start()
    if settings.webhook_url is not None:
        publisher = app.extensions["morefrom.publisher"]
        webhook = Webhook(settings, publisher, app.extensions["morefrom.acknowledger"])
        app.extensions["morefrom.stop"] = stop = threading.Event()
        threading.Thread(target=webhook.run, args=(stop,), daemon=True).start()
    tell(_log, "started", "A worker of the desk app has started.")
    Finalize(None, tell, (_log, "stopped", "A worker of the desk app has ended."), exitpriority=0)
    return app
