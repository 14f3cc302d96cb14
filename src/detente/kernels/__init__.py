"""Arrays in, arrays out: dominance, elimination, counting; nothing here knows a party or an issue."""
