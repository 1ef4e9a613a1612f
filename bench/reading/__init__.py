"""Parts of the benchmark of documents."""
