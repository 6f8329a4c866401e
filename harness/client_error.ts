/**
 * The errors that a client throws where it cannot carry out an event.
 *
 * @module
 */

/** An error that the client throws. A dialect has a closed list of codes. */
export class ClientError<Code extends string = string> extends Error {
  /** Tells it from other errors. */
  override readonly name = "ClientError";
  /** The error's code, such as `no-target`: the word that vectors and reports use. */
  readonly code: Code;
  /** The clause of the dialect's document that describes the error, such as `FRG-24`. */
  readonly clause: string;

  /** Creates an error. */
  constructor(code: Code, clause: string, message: string) {
    super(message);
    this.code = code;
    this.clause = clause;
  }
}
