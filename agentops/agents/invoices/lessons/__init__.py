"""What people's corrections taught about a vendor's layouts: where on its documents a value stands, never the value.

A correction that took effect is kept (`services.lessons.keep_corrections`); the place of the corrected value on that
document becomes a lesson (`learn_from_corrections`); the next document of the layout is read once more with it
(`rereading`). A lesson never says who sent a document or where money goes.
"""

from .layouts import agreement, is_same_layout
from .noted import Anchor, Hint, Noted, of_reading

__all__ = ["Anchor", "Hint", "Noted", "agreement", "is_same_layout", "of_reading"]
