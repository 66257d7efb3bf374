"""Small inputs made by the tests themselves."""
