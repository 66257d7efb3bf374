"""Parts of a page: facts go in, Dash components come out. Nothing here reads a database or an address."""
