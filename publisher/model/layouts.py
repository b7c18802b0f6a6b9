"""Names that settings and documents share; apart from the nodes of documents, which the command line does not need."""

#: What `data-layout` of a table may be (docs/storage-format.md#tables).
TABLE_LAYOUTS = ("default", "center", "wide", "full-width", "align-start", "align-end")
