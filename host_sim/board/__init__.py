"""What a board gets: firmware with its constants folded, compiled, laid out as it lies there."""
