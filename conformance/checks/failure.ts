/** The client's behaviour after a request that failed: here alone, for the texts of all checks [REQ-8]. */

/** The rest of a sentence about the client. */
export const asksAgain = "retries the request up to nine more times";
