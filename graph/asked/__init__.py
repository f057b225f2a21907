"""Facts: what a customer may ask about, how each fact follows from results, and how it is said."""
