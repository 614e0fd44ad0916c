"""Endpoints about people and firms."""
