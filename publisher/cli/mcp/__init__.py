"""The operations of the client, and commands on documents, as tools of the Model Context Protocol."""
