/**
 * The seat of a dialect among the vectors.
 *
 * @module
 */

import type { ReferenceClient } from "./client.ts";
import type { Family } from "./vector.ts";

/** The vectors of one dialect: the folder vectors/<id>/. */
export interface VectorDialect {
  id: string;
  /** The dialect's name, for people. */
  title: string;
  families: Family[];
  /** The client that the vectors were made with. The folder's client.ts exports it as `client`, for browsers. */
  client: ReferenceClient;
  /** Sources of the modules that run the client in a browser, by their path in this folder. */
  clientModules: Record<string, string>;
}
