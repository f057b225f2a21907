"""The ground floor: settings, time, masking and Turkish text. It imports nothing else of this project."""
