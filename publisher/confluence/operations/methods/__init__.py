"""The operations as methods, one module for each resource."""
