"""What markup an import took out of the articles is in its report."""

import json
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Link
from recommender.settings import Settings
from recommender.workflows.importing import import_files


def test_report_counts_articles_and_elements(tmp_path: Path) -> None:
    html = (
        '<p>A <a href="/b">b</a>.</p><script>x</script><figure><figcaption>c</figcaption></figure>'
    )
    rows = [
        {"id": "a", "title": "Replaced", "body": html},
        {"id": "a", "title": "A", "body": html},
        {"id": "b", "title": "<i>B</i>", "body": "Plain.<script>x</script>"},
        {"id": "c", "title": "Sears <S>", "body": "Plain &amp; simple."},
    ]
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    home = Settings(home=tmp_path / "home")

    report = import_files(home, [file], author="anna")

    assert report.with_markup == 2
    assert report.dropped_elements == {"script": 2, "figcaption": 1}
    with Catalogue.open(home.catalogue_url) as catalogue:
        article = catalogue.article("a")
    assert article is not None
    assert (article.body, article.links) == ("A b.", (Link("/b", "b"),))
    again = import_files(home, [file], author="anna")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
