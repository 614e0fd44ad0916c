"""Whole journeys, through every outlet."""
