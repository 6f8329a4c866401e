/** The view of a stream that the checks of v1 read. Each part is computed once, on first use. */

import { isSelector } from "../../harness/mod.ts";
import { hasNoBody, isRedirect, joinedHeader } from "../checks/http.ts";
import { quoteSource } from "../checks/quote.ts";
import type { Exchange } from "../recording.ts";
import { addLazy, createStreamView, type StreamView } from "../stream_view.ts";
import { areReadable, encodingsOf } from "../recording.ts";
import { holdsOrIsTooMuch, remember } from "../too_much.ts";
import { formOf, holdsEvents, isInCapitals } from "./answer_form.ts";
import { type CanCompile, type ClientAttribute, clientAttributesIn, createCanCompile } from "./client_attributes.ts";
import type { V1Event, V1Stream } from "./interpret.ts";
import { viewPage, type WithPageView } from "./page_view.ts";
import type { ServerEvidence } from "./server_evidence.ts";
import { attributeTextsIn, eventTextsIn, type PlacedSignals } from "./signal_texts.ts";
import {
  type Attribute,
  attributesIn,
  type ElementsPatch,
  type PartsPatch,
  partsPatchesIn,
  patchesIn,
  type PlacedElement,
  placedElementsIn,
} from "./patch.ts";
import { type EventRows, eventRowsIn } from "./rows.ts";

/** An answer, as the clients 1.0.x read it. */
export interface V1View extends StreamView<V1Event>, V1Parts, Pick<V1Stream, "isPageAssumed" | "form" | "store"> {}

/** The parts that are computed. */
interface V1Parts {
  /** The lines of data of each event that the client knows. */
  readonly eventRows: readonly EventRows[];
  /** The events that patch elements, without those for which the client reports an error as it reads. */
  readonly patches: readonly ElementsPatch[];
  /** Those of parts of an image or a formula. */
  readonly partsPatches: readonly PartsPatch[];
  /** The elements that come into the page. */
  readonly elements: readonly PlacedElement[];
  /** Their attributes. */
  readonly attributes: readonly Attribute[];
  /** Those that the client takes for its own and applies. */
  readonly clientAttributes: readonly ClientAttribute[];
  /** The texts that give signals: those of events, and those of attributes. */
  readonly signalTexts: readonly PlacedSignals[];
  readonly canCompile: CanCompile;
  /** Whether a browser takes a text for a selector. */
  readonly isSelector: (text: string) => boolean;
}

/** Makes the view of an answer. */
export function viewStream(evidence: V1Stream): V1View {
  const view = createStreamView(evidence, (name) => name.startsWith("datastar"));
  const whyNoStream = evidence.exchange && whyUnread(evidence.exchange);
  return addLazy<StreamView<V1Event> & Pick<V1Stream, "form">, V1Parts & Pick<V1View, "whyNoStream">>(
    view as StreamView<V1Event> & Pick<V1Stream, "form">,
    {
      whyNoStream: ({ foreignForm }) => whyNoStream ?? (foreignForm && `the body is ${foreignForm.form}`),
      eventRows: eventRowsIn,
      patches: patchesIn,
      partsPatches: ({ patches }) => partsPatchesIn(patches),
      elements: ({ patches, partsPatches }) => placedElementsIn(patches, partsPatches),
      attributes: ({ elements }) => attributesIn(elements),
      clientAttributes: ({ attributes }) => clientAttributesIn(attributes),
      signalTexts: (view) => [...eventTextsIn(view), ...attributeTextsIn(view.clientAttributes)],
      canCompile: () => createCanCompile(),
      isSelector: () => remember((text) => holdsOrIsTooMuch(() => isSelector(text))),
    },
  );
}

/** Why the client reads nothing of an answer, if so. */
function whyUnread(exchange: Exchange): string | undefined {
  const { head } = exchange;
  if (!head) return "the server did not answer";
  if (isRedirect(exchange)) return "the answer is a redirect";
  if (hasNoBody(exchange)) return `an answer with status ${head.status} has no body`;
  if (head.status !== 200) return `the client ignores the body of status ${head.status}`; // [V1-REQ-6]
  const encodings = encodingsOf(exchange);
  if (!areReadable(encodings)) return `the encoding ${encodings.join(", ")} cannot be read here`;
  return whyMisread(exchange);
}

/** Why the client takes a body for something else than it is [V1-REQ-7]. */
function whyMisread(exchange: Exchange): string | undefined {
  const type = quoteSource(joinedHeader(exchange, "content-type"));
  const form = formOf(exchange);
  if (form !== "stream" && holdsEvents(exchange)) return `the body is an event stream with the type ${type}`;
  if (form === "stream" && isInCapitals(exchange) && !holdsEvents(exchange)) {
    return `the client reads the type ${type} as an event stream`;
  }
}

/** Makes the view of a server. */
export function viewServer(server: ServerEvidence): ServerEvidence & WithPageView {
  // A copy by descriptors: parts that the recording lacks throw when they are read.
  const copy = Object.defineProperties({} as ServerEvidence, Object.getOwnPropertyDescriptors(server));
  return addLazy<ServerEvidence, WithPageView>(copy, { pageView: viewPage });
}
