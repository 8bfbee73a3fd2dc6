"""Thin Typer commands, one module per command."""
