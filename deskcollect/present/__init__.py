"""Turn values into words, numbers and shapes for a person. Pure functions, used by both front doors."""
