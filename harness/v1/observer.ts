/**
 * The client's MutationObservers, which take effect once all events that arrived at once are read [V1-APP-2]: the one
 * that applies and ends attributes, and those by which an attribute restores what it has set.
 *
 * @module
 */

/** An observer of one attribute, or of the page. */
interface Observation {
  observer: MutationObserver;
  onChange: (records: MutationRecord[]) => void;
}

/** The observers of a page, in the order in which the browser calls them. */
export class AttributeObserver {
  readonly #Observer: typeof MutationObserver;
  readonly #observations = new Set<Observation>();

  constructor(document: Document) {
    this.#Observer = document.defaultView?.MutationObserver ?? globalThis.MutationObserver;
  }

  /** Observes a node, once it is started. */
  observe(node: Node, onChange: (records: MutationRecord[]) => void) {
    const observer = new this.#Observer(() => {});
    const observation: Observation = { observer, onChange };
    this.#observations.add(observation);
    return {
      /** Begins to observe these changes. */
      start: (options: MutationObserverInit) => observer.observe(node, options),
      /** Forgets what has changed, and observes nothing. */
      pause: () => observer.disconnect(),
      /** Observes nothing for good. */
      end: () => {
        observer.disconnect();
        this.#observations.delete(observation);
      },
    };
  }

  /** Calls observers until nothing changes any more, as a browser does after a task. `guard` catches what they throw. */
  deliver(guard: (work: () => void) => void): void {
    for (let isQuiet = false; !isQuiet;) {
      isQuiet = true;
      for (const { observer, onChange } of [...this.#observations]) {
        const records = observer.takeRecords();
        if (records.length === 0) continue;
        isQuiet = false;
        guard(() => onChange(records));
      }
    }
  }
}
