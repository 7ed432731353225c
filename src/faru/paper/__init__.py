"""The one door to typst and SVG: pages that print the same everywhere, and pictures drawn on the server.

Text that the fonts can't draw is never printed as empty boxes: it is named, and stands elsewhere.
"""

from faru.paper.documents import Absent, PaperFault, Pdf, Picture, Placed, compile_pdf
from faru.paper.glyphs import drawable
from faru.paper.svg import Lease, Within, leases_around

__all__ = [
    "Absent",
    "Lease",
    "PaperFault",
    "Pdf",
    "Picture",
    "Placed",
    "Within",
    "compile_pdf",
    "drawable",
    "leases_around",
]
