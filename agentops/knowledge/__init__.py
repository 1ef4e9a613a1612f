"""Knowledge: articles that agents may cite, found by words and by parts of words, each passage with where it is from.

Only people and commands put articles here; nothing that came in from outside ever does.
"""
