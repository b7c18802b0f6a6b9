"""Icons: each is a symbol of the sprite that every page carries, so that it takes the colour of the text around it."""

from markupsafe import Markup

#: Kind of panel → its icon.
PANEL_ICONS = {"info": "info", "tip": "success", "note": "warning", "warning": "error", "important": "note"}


def icon(name: str, label: str = "") -> Markup:
    """``label``: what a screen reader says; without one the icon says nothing that is not in the text."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon i-{0}" {1}><use href="#i-{0}"/></svg>').format(name, said)
