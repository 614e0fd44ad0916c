"""Who we are: people, firms, and who may act for which."""
