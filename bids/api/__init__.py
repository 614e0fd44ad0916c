"""Endpoints about offers."""
