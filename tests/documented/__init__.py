"""The plugins that the documents show, word for word: so the type checkers see them as their authors would."""
