"""What a negotiation is: frozen values that need nothing but the standard library."""
