/**
 * The smallest generators, from which the others are made.
 *
 * @module
 */

import { fc } from "../../support/random.ts";

/** The texts of a list, with two spaces or a line end between them. */
export const listed = (list: string) => list.trim().split(/\n\s*| {2,}/);
export const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
export const rarely = (text: fc.Arbitrary<string>, weight = 12) =>
  fc.oneof({ weight, arbitrary: fc.constant("") }, { weight: 1, arbitrary: text });
export const joined = (parts: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(parts, { maxLength }).map((all) => all.join(""));
