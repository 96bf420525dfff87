"""One HTML file that a person wants to open: no network, no script, light and dark, for print too.

Titles, tags and words come from feeds and are hostile until escaped: the template escapes all that
is not markup of our own making, and the policy in the page's head lets nothing run or be fetched.
"""

import base64
import hashlib
import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import jinja2

from recommender.evaluation import report_words as words
from recommender.evaluation.intervals import N_FLIPS, N_RESAMPLES, SEED
from recommender.evaluation.report_charts import charts
from recommender.evaluation.report_curves import lorenz
from recommender.evaluation.report_facts import facts
from recommender.evaluation.report_lists import shown, widest
from recommender.evaluation.report_tables import age_rows, hub_rows, metric_table, system_rows
from recommender.evaluation.results import METRICS, Evaluation

SOFTWARE = ("morefrom", "numpy", "scipy", "scikit-learn", "numba")
"""What the figures depend on, beside Python."""


def render_report(evaluation: Evaluation, made_at: datetime) -> str:
    """Return an evaluation as one HTML page.

    Args:
        evaluation: what was measured.
        made_at: when; an aware instant.

    Returns:
        The page; some 300 kB with twenty best and twenty worst lists.
    """
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("recommender.evaluation", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "count": words.count,
        "percent": words.percent,
        "day": words.day,
        "in_words": words.ages_in_words,
    }
    # The style is told by its hash, so that no other can be smuggled in.
    style = templates.get_template("report.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    full = widest((*evaluation.best, *evaluation.worst))
    return templates.get_template("report.html").render(
        style=style,
        style_digest=digest,
        evaluation=evaluation,
        beyond=evaluation.beyond,
        made_at=words.minute(made_at),
        headline=words.headline(evaluation),
        key_figures=words.key_figures(evaluation),
        metrics=METRICS,
        metric_meanings=words.METRIC_MEANINGS,
        main=METRICS[words.MAIN],
        systems=system_rows(evaluation),
        metric_rows=metric_table(evaluation),
        charts=charts(evaluation),
        ages=age_rows(evaluation.beyond),
        hub_chart=lorenz(evaluation.beyond),
        hubs=hub_rows(evaluation.beyond),
        facts=facts(evaluation.beyond),
        best=[shown(query, full, evaluation.truth.relevant_from) for query in evaluation.best],
        worst=[shown(query, full, evaluation.truth.relevant_from) for query in evaluation.worst],
        full=full,
        n_resamples=N_RESAMPLES,
        n_flips=N_FLIPS,
        seed=SEED,
        software=", ".join([*map(_version, SOFTWARE), f"Python {platform.python_version()}"]),
        numbers=figures(evaluation),
    )


def figures(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures of a report as JSON values: all but single queries and their lists."""
    values = evaluation.to_json_values(per_query=False)
    del values["best"], values["worst"]
    for hub in values["beyond"]["hubs"]:
        hub["title"] = words.title(hub["title"], hub["id"])
    return values


def _version(name: str) -> str:
    """Return a distribution and its version; its name alone where it runs without installation."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name
