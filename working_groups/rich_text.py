"""Wagtail's text editor for this site: what it offers besides Wagtail's own, and how it is filled."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature, InlineStyleFeature
from wagtail.rich_text.feature_registry import FeatureRegistry

from .contentstate import to_contentstate, to_html

SCRIPT = "working_groups/rich_text.js"
GRID_SCRIPT, TABLE_SCRIPT = "working_groups/grid.js", "working_groups/table.js"
STYLE = {"all": ["working_groups/rich_text.css"]}


def register_features(features: FeatureRegistry) -> None:
    """Offer footnotes, references to sections and tables to Wagtail's editor; see the settings."""
    features.register_editor_plugin(
        "draftail",
        "footnote",
        InlineStyleFeature(
            {
                "type": "FOOTNOTE",
                "label": "†",
                "description": format_lazy(
                    "{}\nCtrl + Alt + F", _("Footnote: what is marked stands below the section")
                ),
                "style": {
                    "fontSize": "0.875em",
                    "background": "var(--w-color-surface-info-panel, #8882)",
                    "borderBottom": "1px dotted currentColor",
                },
            },
            js=[SCRIPT],
        ),
    )
    features.register_editor_plugin(
        "draftail",
        "section-link",
        EntityFeature(
            {
                "type": "SECTION",
                "label": "§",
                "description": _("Reference to a section of this draft"),
                "attributes": ["uid"],
                "allowlist": {"uid": "^[0-9a-f-]{36}$"},
                "words": {
                    "title": _("Which section is it about?"),
                    "find": _("Find by number or heading"),
                    "none": _("A section can be chosen once it has been saved."),
                    "gone": _("This section is not in the draft any more."),
                    "cancel": _("Cancel"),
                },
            },
            js=[SCRIPT],
            css=STYLE,
        ),
    )
    features.register_editor_plugin(
        "draftail",
        "table",
        EntityFeature(
            {
                "type": "TABLE",
                "icon": "table",
                "description": _("Table"),
                "attributes": ["html"],
                "words": {
                    "title": _("Table"),
                    "edit": _("Change"),
                    "remove": _("Delete"),
                    "caption": _("Title of the table"),
                    "head": _("The first row names the columns"),
                    "row": _("Row %(row)s, column %(column)s"),
                    "row_above": _("Row above"),
                    "row_below": _("Row below"),
                    "delete_row": _("Delete row"),
                    "column_before": _("Column before"),
                    "column_after": _("Column after"),
                    "delete_column": _("Delete column"),
                    "done": _("Done"),
                    "cancel": _("Cancel"),
                    "lose": _("Close, and lose what was changed in the table?"),
                },
            },
            js=[SCRIPT, GRID_SCRIPT, TABLE_SCRIPT],
            css=STYLE,
        ),
    )
    # What the editor cannot hold otherwise: shown as it is, and kept. Nothing offers to make one.
    features.register_editor_plugin(
        "draftail",
        "kept",
        EntityFeature(
            {
                "type": "KEPT",
                "label": None,
                "attributes": ["html"],
                "words": {
                    "note": _(
                        "This came from a file and cannot be changed here. It is kept as it is."
                    ),
                    "remove": _("Delete"),
                },
            },
            js=[SCRIPT],
            css=STYLE,
        ),
    )


class TextConverter:
    """What Wagtail asks of a converter; ours, since its own drops what it has no button for."""

    from_database_format = staticmethod(to_contentstate)
    to_database_format = staticmethod(to_html)


class TextArea(DraftailRichTextArea):
    """Wagtail's text editor, which keeps everything that `clean_html` allows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["features"] = [*(kwargs.get("features") or []), "kept"]
        super().__init__(*args, **kwargs)
        self.options.setdefault("plugins", []).append({"type": "TEXTS"})
        self.converter = TextConverter()


class SleepingTextArea(TextArea):
    """A text editor that a script starts when it is looked at: see static/working_groups/editor.js.

    A draft has hundreds. Until then its value waits in the form, so that saving loses nothing; what
    the editors are started with stands in the page once (`start_with`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("data-controller", "data-w-init-event-value"):
            del self.attrs[name]
        self.attrs["data-sleeping"] = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        # Past Wagtail's own, which repeats the options in each.
        return super(DraftailRichTextArea, self).get_context(name, value, attrs)

    @property
    def start_with(self) -> str:
        return json.dumps(self.options, cls=DjangoJSONEncoder)
