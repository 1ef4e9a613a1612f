"""Files, named by what they contain: written once, read with their hash checked.

Where they lie is the storage `blobs` of the settings: a folder, or a bucket. Nothing else knows which.
"""

from agentops.core.blobs.errors import BlobDamaged, BlobMissing, BlobsUnavailable
from agentops.core.blobs.store import path, put, read

__all__ = ["BlobDamaged", "BlobMissing", "BlobsUnavailable", "path", "put", "read"]
