/** The views of a stream and of a server that the classic checks read. Each part is computed once, on first use. */

import type { StreamEvent } from "../../harness/mod.ts";
import type { ClassicEvent, ClassicStream } from "./interpret.ts";
import { type ParsedPage, parsePage } from "../markup.ts";
import type { ServerEvidence } from "./evidence.ts";
import { addLazy, createStreamView, type StreamView } from "../stream_view.ts";
import type { Merge } from "./answer.ts";
import { canCompile } from "./code.ts";
import { type Attribute, attributesIn, fragmentsIn, type PlacedElement, placedElementsIn } from "./fragment_parts.ts";
import { type OwnAttribute, ownAttributesIn } from "./own_attributes.ts";
import { type FragmentRows, fragmentRowsIn } from "./rows.ts";
import { remember } from "../too_much.ts";
import { isSelector } from "./selector.ts";
import { type PlacedStore, signalTextsIn, storesIn } from "./store_texts.ts";

/** A stream, as the classic client reads it. */
export interface ClassicView extends StreamView<ClassicEvent>, ClassicParts, Pick<ClassicStream, "isPageAssumed"> {}

/** The parts that are computed. */
interface ClassicParts {
  /** The rows of each `datastar-fragment` that has data. */
  readonly fragmentRows: readonly FragmentRows[];
  /** The events that merge HTML which the server has written. */
  readonly fragments: readonly Merge[];
  readonly elements: readonly PlacedElement[];
  readonly attributes: readonly Attribute[];
  readonly ownAttributes: readonly OwnAttribute[];
  readonly stores: readonly PlacedStore[];
  readonly signalTexts: readonly PlacedStore[];
  /** `stores` and `signalTexts` by event. */
  readonly storesByEvent: ReadonlyMap<StreamEvent, readonly PlacedStore[]>;
  /** Whether the client can make a function of an expression. */
  readonly canCompile: (expression: string) => boolean;
  /** Whether a browser takes a text for a selector. */
  readonly isSelector: (text: string) => boolean;
}

/** The elements that come into the page, one by one. */
export const eachElement = {
  noun: "element",
  items: ({ elements }: ClassicView): readonly PlacedElement[] => elements,
};

export function viewStream(evidence: ClassicStream): ClassicView {
  return addLazy<StreamView<ClassicEvent>, ClassicParts>(
    createStreamView(evidence, (name) => name.startsWith("datastar-")),
    {
      fragmentRows: fragmentRowsIn,
      fragments: fragmentsIn,
      elements: ({ fragments }) => placedElementsIn(fragments),
      attributes: ({ elements }) => attributesIn(elements),
      ownAttributes: ({ attributes }) => ownAttributesIn(attributes),
      stores: ({ attributes }) => storesIn(attributes),
      signalTexts: signalTextsIn,
      storesByEvent: ({ stores, signalTexts }) => Map.groupBy([...stores, ...signalTexts], ({ event }) => event),
      canCompile: () => remember((expression) => canCompile(expression)),
      isSelector: () => remember(isSelector),
    },
  );
}

/** A server of the example contract. */
export interface ServerView extends ServerEvidence {
  /** The page, if it is one. */
  readonly parsedPage: ParsedPage | undefined;
}

export function viewServer(server: ServerEvidence): ServerView {
  // A copy by descriptors: parts that the recording lacks throw when they are read.
  const copy = Object.defineProperties({} as ServerEvidence, Object.getOwnPropertyDescriptors(server));
  return addLazy<ServerEvidence, Pick<ServerView, "parsedPage">>(copy, {
    parsedPage: ({ source }) => source && parsePage(source.html),
  });
}
