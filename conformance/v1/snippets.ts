/** Repairs that can be pasted, where one line of code is enough: by the id of a check, and by language. */
export const snippets: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
