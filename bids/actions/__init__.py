"""Everything that changes an offer, one verb a file: the listing is the life of a bid."""
