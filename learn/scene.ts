/**
 * What the learn page is about at a time: a page, and the bytes that come for it.
 *
 * @module
 */

/** A page before, and the response that it gets: what can be edited, linked to and saved. The names are a vector's. */
export interface Scene {
  /** HTML of the body before. */
  page: string;
  /** The bytes of the response's body. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Selector of the element whose action makes the request. Default: the body. */
  initiator?: string;
  /** What the user has typed or ticked before, by selector. */
  values?: Record<string, string | boolean>;
}
