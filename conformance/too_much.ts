/** Questions that a hostile text makes too expensive to answer. */

/** Whether something holds, or is too much work to find out. */
export function holdsOrIsTooMuch(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}
