"""Are answers true?"""
