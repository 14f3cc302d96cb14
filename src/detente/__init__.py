"""Plans negotiations that can succeed: what is attainable, what would sink it, and on what that rests."""
