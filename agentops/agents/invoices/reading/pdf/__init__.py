"""PDF files by PDFium: opening within limits, words with positions, attachments, active content, page images."""
