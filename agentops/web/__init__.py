"""Pages: read a request, call one service or query, answer."""
