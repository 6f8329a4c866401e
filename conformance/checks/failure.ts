/** The way in which the client goes on after a request that failed: here alone, for the texts of all checks [REQ-8]. */

/** The rest of a sentence about the client. */
export const asksAgain = "asks nine times more";
