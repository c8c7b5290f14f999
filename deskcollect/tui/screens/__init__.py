"""One screen a file. Screens read the session and post what a person does; they compute nothing."""
