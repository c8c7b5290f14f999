"""Sealed notes, what is shown masked, the erasure of a customer and what holds it up."""
