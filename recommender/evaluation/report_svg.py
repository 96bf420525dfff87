"""Small drawings as SVG, part by part. Colours and type are the style sheet's business."""

from collections.abc import Iterable

from markupsafe import Markup, escape

WIDTH = 400
HEIGHT = 260


def element(name: str, *inside: str | Markup, **attributes: object) -> Markup:
    """Return an element; whatever is not markup already is escaped.

    Args:
        name: of the element.
        *inside: text and elements.
        **attributes: `class_` for `class`, `text_anchor` for `text-anchor`; numbers are rounded to
            a tenth, which no eye can tell from more.

    >>> element("text", "a < b", x=1.25, class_="tick")
    Markup('<text x="1.2" class="tick">a &lt; b</text>')
    """
    said = joined(
        Markup(' {}="{}"').format(
            key.rstrip("_").replace("_", "-") if key != "viewBox" else key,
            number(value) if isinstance(value, (int, float)) else value,
        )
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, said, joined(map(escape, inside)))


def chart_of(alt: str, *inside: Markup) -> Markup:
    """Return a whole chart: one picture, with words in its place for those who cannot see it."""
    view = f"0 0 {WIDTH} {HEIGHT}"
    return element("svg", *inside, class_="chart", viewBox=view, role="img", aria_label=alt)


def stretched(kind: str, *inside: Markup, height: int) -> Markup:
    """Return a drawing 1,000 wide that fills its cell and says nothing that is not written there.

    Args:
        kind: its class.
        *inside: what is drawn.
        height: of the drawing.
    """
    return element(
        "svg",
        *inside,
        class_=kind,
        viewBox=f"0 0 1000 {height}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def joined(parts: Iterable[Markup]) -> Markup:
    """Return parts one after the other."""
    return Markup("").join(parts)


def number(value: float) -> str:
    """Return a coordinate to a tenth, without a needless nought.

    >>> number(12.04), number(0.26), number(-3.0)
    ('12', '0.3', '-3')
    """
    return f"{value:.1f}".removesuffix(".0")
