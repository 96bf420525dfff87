"""`morefrom doctor`: looks at everything that can go wrong in a home, and says what to do about it.

It changes nothing, unless it is asked to mend what is safe to mend: litter, old overlays, a long
log; never anything that holds an article or a decision.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from recommender.errors import InvalidSettings, MorefromError
from recommender.settings import Settings
from recommender.workflows.checks import (
    articles,
    catalogue,
    clock,
    compiled,
    disk,
    history,
    litter,
    machine,
    serving,
    settings,
    versions,
)
from recommender.workflows.checks.finding import Check, Finding, Severity, Visit, error

CHECKS: dict[str, Check] = {
    one.NAME: one.check
    for one in (
        settings,
        catalogue,
        history,
        versions,
        serving,
        litter,
        clock,
        disk,
        compiled,
        machine,
        articles,
    )
}
"""In the order in which people read them."""


@dataclass(frozen=True)
class Treated:
    """A finding, and what `--fix` did about it; empty where it did nothing."""

    finding: Finding
    done: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it still has to be mended."""
        return self.finding.severity is Severity.ERROR and not self.done


def examine(visit: Visit, checks: Sequence[str] = tuple(CHECKS)) -> list[Finding]:
    """Look at a home.

    Args:
        visit: what to look at.
        checks: names from `CHECKS`.

    Returns:
        The findings. A check that cannot be made is one, told once though others stumble over the
        same.
    """
    found: list[Finding] = []
    for name in checks:
        try:
            for finding in CHECKS[name](visit):
                found.append(finding)  # noqa: PERF402 — what came before a failure is kept
        except (MorefromError, OSError, SQLAlchemyError) as failure:
            sentence = " ".join(str(failure).split())
            if sentence not in {one.sentence for one in found}:
                found.append(error(name, sentence, "Mend this; the check could not be made."))
    return found


def examine_home(load: Callable[[], Settings], begin: Callable[[Settings], Visit]) -> list[Finding]:
    """Look at a home whose settings may be the trouble.

    Args:
        load: reads the settings.
        begin: makes of them what to look at.

    Returns:
        The findings; settings that cannot be read are the only one.
    """
    try:
        found = load()
    except InvalidSettings as failure:
        return [error(settings.NAME, str(failure), "Nothing works before that.")]
    return examine(begin(found))


def treat(findings: Sequence[Finding]) -> list[Treated]:
    """Mend what is safe to mend.

    Args:
        findings: what was found.

    Returns:
        Each with what was done; a cure that fails is told as such, and leaves the finding.
    """
    treated = []
    for finding in findings:
        if finding.fix is None:
            treated.append(Treated(finding))
            continue
        try:
            treated.append(Treated(finding, finding.fix()))
        except (MorefromError, OSError) as failure:
            treated.append(Treated(error(finding.check, str(failure), finding.remedy)))
    return treated


def as_json(treated: Sequence[Treated]) -> dict[str, object]:
    """Return findings as JSON values."""
    return {
        "errors": sum(one.is_error for one in treated),
        "warnings": sum(
            one.finding.severity is Severity.WARNING and not one.done for one in treated
        ),
        "findings": [
            {
                "check": one.finding.check,
                "severity": one.finding.severity,
                "sentence": one.finding.sentence,
                "remedy": one.finding.remedy,
                "fixable": one.finding.fixable,
                "fixed": one.done or None,
            }
            for one in treated
        ],
    }
