"""Tool permissions: the matrix, its changes, the pending list, files, and the kill switches."""
