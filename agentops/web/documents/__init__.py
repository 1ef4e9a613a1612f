"""Pictures of documents' pages, drawn again by the agent that reads them; the file itself is never served."""
