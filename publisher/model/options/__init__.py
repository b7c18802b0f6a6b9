"""One class of options for each stage. A setting is one field here: its flag, variable, help and default live once."""
