"""What `/readyz` tells: what is being served, how old it is, and what stands in the way of newer.

Having something to answer from makes a worker ready, however old it is: an old list under an
article is better than none, and the age is there for whoever watches it.
"""

import json
from datetime import datetime

from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from service.public.live import Trouble

STATUS_FILE = "status.json"
"""Where the follower leaves the last problem it met, in the serving folder."""
