"""One question per module: a scenario goes in, a frozen result comes out."""
