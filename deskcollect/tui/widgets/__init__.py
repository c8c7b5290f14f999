"""Widgets of the desk. They know columns and rows, not accounts."""
