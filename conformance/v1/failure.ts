/** The client's behaviour after a request that failed: for the texts of all checks [V1-REQ-9, V1-REQ-10]. */

/** The rest of a sentence about the client. Each answer with status 200 resets the number of its attempts. */
export const asksForEver = "sends the request again each second, without end, a POST too";
