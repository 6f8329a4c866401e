/**
 * The subject of the learn page: a page, and the bytes of a response to it.
 *
 * @module
 */

/** A page and the response that it gets, which can be edited, linked to and saved. The names are those of vectors. */
export interface Scene {
  /** HTML of the body before the response. */
  page: string;
  /** The bytes of the response's body. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Selector of the element whose action makes the request. Default: the body. */
  initiator?: string;
  /** The values that the user has typed or ticked before, by selector. */
  values?: Record<string, string | boolean>;
}
