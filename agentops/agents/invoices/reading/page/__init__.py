"""Reading a page: words > rows and segments > typed tokens > labelled candidates > joint choice."""
