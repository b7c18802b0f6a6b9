"""Three versions of a document (published, in Confluence, in the source) become the smallest edits of source lines. Pure."""
