"""Punos on one machine: its environment, its services, the demo and the tests."""
