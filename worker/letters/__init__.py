"""Letters: from rows as they are to words, and from words to the mail server."""
