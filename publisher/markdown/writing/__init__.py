"""Blocks become Markdown: the inverse of the parser, syntax by syntax."""
