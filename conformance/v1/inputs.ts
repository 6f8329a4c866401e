/** The texts of v1 that readers type, and that have to come back as they were. */

import { createInputs } from "../inputs.ts";

export const inputs = {
  ...createInputs({ line: "data: mode remove", event: 'event: datastar-patch-signals\ndata: signals {"x":1}' }),
  // Up to 1.0.2 the client rewrites the name in a string too [V1-APP-8].
  action: "me@mail.example @get('/x')",
};

/** The name of such a text. */
export type InputName = keyof typeof inputs;

/** The names, in the order in which the requests are made. */
export const inputNames = Object.keys(inputs) as InputName[];
