/** Most rows of a list that Quay's clients want in one piece, since Quay's own has no pages. */
export const MOST_ROWS = 10_000
