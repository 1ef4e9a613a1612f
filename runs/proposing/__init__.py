"""From planned actions to a proposal: resolve and freeze, let the agent assess, let the gate judge, then store.

What the gate allows is stored in the transaction of its first effect; what needs people is stored together with
their review; what is denied is stored and parks the run.
"""

from runs.proposing.deciding import propose
from runs.proposing.facts import RESENT, context_of, facts_of
from runs.proposing.freezing import freeze
from runs.proposing.judging import draft, judge
from runs.proposing.live import Live, Verdict, facets, store, told

__all__ = [
    "RESENT",
    "Live",
    "Verdict",
    "context_of",
    "draft",
    "facets",
    "facts_of",
    "freeze",
    "judge",
    "propose",
    "store",
    "told",
]
