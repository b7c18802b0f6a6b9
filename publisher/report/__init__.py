"""Plans, reports and problems as text for other programs and other people: one function a format."""
