"""When check-ins ring, and the words that people ask for them in."""
