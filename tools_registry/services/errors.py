"""Why a change of policy or of a switch was refused, in words for the person who asked."""


class PolicyError(Exception):
    """A change of policy that was refused."""


class MayNotChangePolicy(PolicyError):
    """The person is not entitled to this change, or not alone."""


class PolicyMoved(PolicyError):
    """Somebody else changed the policy in the meantime."""


class PendingClosed(PolicyError):
    """This pending change was answered, or expired, in the meantime."""
