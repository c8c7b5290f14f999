"""Early warning: how an account behaves, the signals that gives, and the level that signals make together."""
