"""What several actions do alike, inside the transaction of whichever is running: steps of a change."""
