"""Reading pages that are images: pixels out of the parse, lines of text out of a walled-in worker, words on a sheet."""
