"""What can be wrong with a stored file."""


class BlobMissing(LookupError):
    """The file is not there, or was never put there."""


class BlobDamaged(ValueError):
    """What lies under this name is not what was put there."""


class BlobsUnavailable(OSError):
    """The storage does not answer or refuses us; nothing was lost, and the same again may work in a moment."""
