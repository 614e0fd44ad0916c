"""How the parts are put together in one installation."""
