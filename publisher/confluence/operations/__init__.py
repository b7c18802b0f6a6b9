"""What can be done with Confluence: the table, and the client that carries it out."""
