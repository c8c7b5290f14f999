"""The cards of a desk: which scores, what a challenger learns, how each is judged."""
