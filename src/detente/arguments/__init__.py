"""Arguments: are the sentences that people argue with true, and why is each verdict what it is?"""
