/**
 * The checks that fail as a consequence of others at the same endpoint, by the id of the check whose failure is the
 * cause. `*` stands for any characters. Of checks that name each other, the first is the cause.
 */
export type Consequences = Readonly<Record<string, readonly string[]>>;
