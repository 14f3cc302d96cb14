"""The process: what happens when a plan meets people who do not know each other, tension, and chance?"""
