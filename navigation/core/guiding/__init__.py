"""From a path to words: where one turns, what one sees there, and sentences in the visitor's language."""
