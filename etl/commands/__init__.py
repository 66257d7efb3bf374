"""The data officer's larger commands: options go in, a printed answer and an exit status come out."""
