"""Parts of a page: facts go in, elements come out. Nothing here reads a database or an address."""
