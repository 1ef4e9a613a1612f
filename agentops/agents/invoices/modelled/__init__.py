"""What models add to the invoice agent, where the house lets a document leave: a second look, and a summary.

A model points at words on the page, billed lines included, and code does the rest: what does not stand there is
refused, what two readings say differently is less sure, and nothing that only a model read is posted without a person.
"""

from .allowed import may_explain
from .looking import second_look
from .summary import summarise

__all__ = ["may_explain", "second_look", "summarise"]
