"""A helper process without secrets in which untrusted files are parsed, each in a fork of its own."""
