"""Offers as their readers see them: frozen, in one language, made of nothing but texts and numbers."""
