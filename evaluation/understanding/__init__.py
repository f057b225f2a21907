"""Is a single message understood?"""
