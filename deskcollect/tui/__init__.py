"""The desk as a full-screen terminal program."""
