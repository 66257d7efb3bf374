"""The pages to read: their words, their facts, what they say about a release."""
