"""Values only: what the stages of the pipeline hand to each other. No I/O, no library."""
