"""From results to words: facts, approved answers, grounding, questions."""
