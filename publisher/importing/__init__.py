"""A space or a page of Confluence becomes a docs folder that publishes back to it. Reads Confluence; writes one folder."""
