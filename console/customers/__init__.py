"""Companies, people, numbers, purchases; and identification: number in, customers out."""
