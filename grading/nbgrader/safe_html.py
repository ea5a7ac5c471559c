"""What students wrote, made harmless for the browser of whoever reads it.

nbgrader's formgrader shows submissions on the origin of Jupyter itself, and feedback is a web page: a script in an
output or in Markdown would run with the instructor's rights, and could grade itself.
"""
import base64
import html
import re

from bleach import Cleaner
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor

TAGS = set(
    "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins"
    " kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml|webp);base64,[A-Za-z0-9+/=\s]*\Z", re.ASCII)
LINK = re.compile(r"(https?:|mailto:|#)", re.IGNORECASE)
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z", re.ASCII)
STYLES = set(
    "background background-color border border-collapse border-radius color display float font-family font-size"
    " font-style font-variant-numeric font-weight gap height line-height margin margin-bottom margin-left margin-right"
    " margin-top max-width min-width overflow padding text-align vertical-align white-space width".split()
)


def allowed(tag, name, value):
    if name in ("style", "title", "colspan", "rowspan"):
        return True
    if tag == "a":
        return name == "href" and LINK.match(value) is not None
    if tag == "img":
        return name in ("alt", "width", "height") or (name == "src" and PICTURE.match(value) is not None)
    return False


cleaner = Cleaner(
    tags=TAGS,
    attributes=allowed,
    protocols={"http", "https", "mailto", "data"},
    strip=True,
    css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
)


def clean(text):
    """HTML without anything that acts or is fetched from elsewhere, links apart."""
    return cleaner.clean(text)


@pass_context
def markdown2html(context, source):
    """Stands in for nbconvert's filter of this name."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    return clean(MarkdownWithMath(renderer=renderer).render(source))


class HarmlessOutputs(NbGraderPreprocessor):
    """Leaves of outputs what is text or a picture, and cleans the HTML."""

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type == "raw":
            cell.source = html.escape(cell.source)
        if cell.cell_type == "code":
            for output in cell.outputs:
                if "data" in output:
                    output.data = harmless(output.data)
                    output.metadata = {}
        return cell, resources


def harmless(data):
    kept = {}
    for mime, value in data.items():
        text = "".join(value) if isinstance(value, list) else value
        if not isinstance(text, str):
            continue
        if mime == "text/plain":
            kept[mime] = text
        elif mime == "text/html":
            kept[mime] = clean(text)
        elif mime in ("image/png", "image/jpeg") and BASE64.match(text):
            kept[mime] = text
        elif mime == "image/svg+xml" and "text/html" not in data:
            # As a picture, where no script runs.
            encoded = base64.b64encode(text.encode()).decode()
            kept["text/html"] = f'<img src="data:image/svg+xml;base64,{encoded}">'
    return kept
