/**
 * Applies the events of a response one after the other, in either dialect.
 *
 * @module
 */

import { type Changes, observeChanges } from "./dom/changes.ts";

/** The page that the events change. */
interface ChangedPage {
  readonly document: Document;
  readonly signals: Record<string, unknown>;
}

/** Applies events one after the other, until the client stops. The events after that are not read. */
export async function applyEach<
  Event extends { readonly diagnostics: unknown[] },
  Effect extends { changes: Changes; ended: boolean },
>(
  page: ChangedPage,
  events: AsyncIterable<Event> | Iterable<Event>,
  apply: (event: Event) => Effect,
): Promise<{ changes: Changes; diagnostics: Event["diagnostics"]; effects: Effect[] }> {
  const diagnostics: Event["diagnostics"] = [];
  const effects: Effect[] = [];
  const endObserving = observeChanges(page.document, page.signals);
  let changes: Changes;
  try {
    for await (const event of events) {
      diagnostics.push(...event.diagnostics);
      const effect = apply(event);
      effects.push(effect);
      if (effect.ended) break;
    }
  } finally {
    changes = endObserving(page.signals, effects.flatMap(({ changes }) => changes.replaced));
  }
  return { changes, diagnostics, effects };
}
