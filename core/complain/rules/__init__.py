"""Order, competence, clock and harmful words: rows of data with source and certainty, and one small evaluator."""
