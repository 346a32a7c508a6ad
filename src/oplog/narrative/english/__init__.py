"""British English: numbers, dates and nouns in words. The only place that knows a language, beside `phrases`."""
