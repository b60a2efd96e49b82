"""Who is found and who fits: the search index kept in step with the rows, and the ranking for a need."""
