/**
 * A good server of the example in v1, and versions of it with one fault each.
 *
 * @module
 */

import {
  type BaseParts,
  createBaseParts,
  type DialectParts,
  html500,
  is,
  plainText,
  type Reply,
  serveAll,
  type ServerMutant as BaseMutant,
  type Signals,
  stream,
  withBad,
  withGet,
  withPage,
} from "../serve.ts";
import { getFaults, liveFaults, pageFaults, requestFaults, sharedDeviations, updateFaults } from "../server_faults.ts";

/** The parts of the server. A fault replaces one of them. */
export interface Parts extends BaseParts {
  /** The signals as JSON. */
  json: (signals: Signals) => string;
}

/** A server with one fault. */
export type ServerMutant = BaseMutant<Parts>;

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Example</title>
<script type="module" src="/datastar.js"></script>
</head>
<body>
<main id="main" data-signals="{&quot;input&quot;:&quot;&quot;,&quot;output&quot;:&quot;&quot;,&quot;show&quot;:true}">
<input id="input" data-bind:input>
<button id="send" data-on:click="@get('/get')">Send</button>
<button id="ask" data-on:click="@get('/target')">Ask</button>
<button id="toggle" data-on:click="$show = !$show">Toggle</button>
<div id="output" data-text="$output"></div>
<div id="target"></div>
<div id="shown" data-show="$show" data-init="@get('/feed')"><span id="feed"></span></div>
</main>
</body>
</html>
`;

const event = (name: string, ...lines: string[]) =>
  `event: datastar-patch-${name}\n${lines.map((line) => `data: ${line}\n`).join("")}\n`;

const asAttribute = (json: string) =>
  `data-signals="${json.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`;

/** Creates the parts of a server, some of which may have a fault. */
export function createParts(alter: (good: Parts) => Partial<Parts> = () => ({}), now = Date.now): Parts {
  let ticks = 0xfeed0000;
  const parts = {} as Parts;
  const own: DialectParts = {
    html,
    clientText: "// Datastar v1.0.2",
    refusal: plainText,
    write: (signals) => event("signals", `signals ${parts.json(signals)}`),
    element: (time) => event("elements", `elements <div id="target"><b>${time}</b></div>`),
    tick: () => event("elements", `elements <span id="feed">${(ticks++).toString(16)}</span>`),
  };
  const good: Parts = {
    ...createBaseParts(parts, own, now),
    json: (signals) => JSON.stringify(signals),
  };
  return Object.assign(parts, good, alter(good));
}

/** Sends the signals in an attribute. */
const inAttribute = (attribute: (json: string) => string) => ({ json }: Parts): Partial<Parts> => ({
  write: (signals) =>
    event("elements", "selector #target", "mode append", `elements <i ${attribute(json(signals))}></i>`),
});

/** Changes the events of the feed, and the page. */
const withFeed =
  (tick: (number: string) => string, ...page: [from: string | RegExp, to: string][]) => (good: Parts) => ({
    ...page.map(([from, to]) => withPage(from, to)(good))[0],
    tick: () => tick(/[0-9a-f]{8}/.exec(good.tick())![0]),
  });

/** The faults that know no dialect, by the ids of v1. */
const shared = (faults: readonly BaseMutant[]): ServerMutant[] =>
  faults.map((fault) => ({ ...fault, trips: fault.trips.map((id) => `v1-${id}`) }));

const htmlPage: Reply = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<html><body><h1>Bad Request</h1></body></html>",
};

/** All faults. */
export const mutants: ServerMutant[] = [
  // The page.
  ...shared(pageFaults),
  {
    name: "The page loads the client as a classic script",
    trips: ["v1-page-client-module"],
    alter: withPage('<script type="module" ', "<script "),
  },
  {
    name: "The page loads no client",
    trips: ["v1-page-client"],
    alter: withPage('<script type="module" src="/datastar.js"></script>', ""),
  },
  {
    name: "The page loads a client of the beta",
    trips: ["v1-page-client-version"],
    alter: withPage('src="/datastar.js"', 'src="/datastar@1.0.0-beta.11/datastar.js"'),
  },
  {
    name: "The page's signals cannot be read",
    trips: ["v1-page-expression"],
    alter: withPage(/data-signals="[^"]*"/, 'data-signals="{input: "'),
  },
  {
    name: "The page shows a signal that is an object",
    trips: ["v1-page-starts"],
    alter: withPage("</main>", '<i data-signals:user="{name: 1}"></i><i data-text="$user"></i></main>'),
  },
  {
    name: "A button of the page sends its form",
    trips: ["v1-page-leaves"],
    alter: withPage("</main>", "<form><button data-on:click=\"@get('/target')\">Send</button></form></main>"),
  },
  {
    name: "A link of the page makes a request as it leads away",
    trips: ["v1-page-leads-away"],
    alter: withPage("</main>", `<a href="/next" data-on:click="@get('/target')">Next</a></main>`),
  },
  {
    name: "An attribute of the page is of an older Datastar",
    trips: ["v1-page-old-attribute"],
    alter: withPage("</main>", `<i data-on-click="@get('/target')"></i></main>`),
  },
  {
    name: "An action of the page is of an older Datastar",
    trips: ["v1-page-old-action"],
    alter: withPage("</main>", `<i data-on:click="$$get('/target')"></i></main>`),
  },
  {
    name: "An attribute of the page has no value",
    trips: ["v1-page-attribute-form"],
    alter: withPage("</main>", "<i data-text></i></main>"),
  },
  {
    name: "A handler of the page does not compile",
    trips: ["v1-page-expression-later"],
    alter: withPage("</main>", '<i data-on:click="$show = "></i></main>'),
  },
  {
    name: "A modifier of the page comes after a dot",
    trips: ["v1-page-modifier"],
    alter: withPage("</main>", '<i data-on:click.prevent="$show = false"></i></main>'),
  },
  {
    name: "A modifier of the page is misspelt",
    trips: ["v1-page-modifier-name"],
    alter: withPage("</main>", '<i data-on:click__prevnt="$show = false"></i></main>'),
  },
  {
    name: "A plugin of the page is misspelt",
    trips: ["v1-page-plugin-name"],
    alter: withPage("</main>", '<i data-txt="$output"></i></main>'),
  },
  {
    name: "An action of the page is misspelt",
    trips: ["v1-page-action-name"],
    alter: withPage("</main>", `<i data-on:click="@gett('/target')"></i></main>`),
  },
  {
    name: "A key of the page has a capital letter",
    trips: ["v1-page-key-case"],
    alter: withPage("</main>", "<input data-bind:lastName></main>"),
  },
  {
    name: "A key of the page has a capital letter, and other attributes use the name so",
    trips: ["v1-page-key-name"],
    alter: withPage("</main>", `<input data-bind:lastName><i data-text="$lastName"></i></main>`),
  },
  {
    name: "An indicator of the page comes after the request",
    trips: ["v1-page-indicator"],
    alter: withPage("</main>", `<i data-init="@get('/target')" data-indicator:busy></i></main>`),
  },
  {
    name: "The page asks for no target",
    trips: ["v1-page-actions"],
    alter: withPage("@get('/target')", "@get('/time')"),
  },
  {
    name: "An id of the page is there twice",
    trips: ["v1-page-ids"],
    alter: withPage("</main>", '<i id="ask"></i></main>'),
  },
  {
    name: "The page has no field for the text",
    trips: ["v1-page-bindings"],
    alter: withPage("data-bind:input", ""),
  },
  {
    name: "The page does not show the answer",
    trips: ["v1-page-bindings"],
    alter: withPage('data-text="$output"', ""),
  },

  // The round trip.
  {
    name: "The round trip is answered with a plain text",
    trips: ["v1-get-event", "v1-sse-events", "v1-sse-final-blank", "v1-sse-junk"],
    alter: withGet((reply) => reply.status === 200 ? plainText(200, "hello") : reply),
  },
  {
    name: "The round trip names an event of the beta",
    trips: ["v1-get-event", "v1-sse-old-name"],
    alter: withGet((reply) => ({ ...reply, body: reply.body.replace("patch-signals", "merge-signals") })),
  },
  {
    name: "The answer is a change of the element, and not of the signal",
    trips: ["v1-get-output"],
    alter: () => ({ write: () => event("elements", 'elements <div id="output">Your input: hello, is 5 long.</div>') }),
  },
  ...shared(getFaults),
  {
    name: "The signals are put into an attribute, and an @ in them is left as it is",
    trips: ["v1-get-keeps-action", "v1-el-expression"],
    alter: inAttribute(asAttribute),
  },
  ...[
    ["as HTML", "", ""],
    ["as HTML in a comment", "<!--", "-->"],
    ["as HTML in a <textarea>", "<textarea>", "</textarea>"],
  ].map(([how, before, after]): ServerMutant => ({
    name: `The text is also shown ${how}`,
    trips: ["v1-get-no-injection", "v1-el-tags"],
    alter: ({ write }) => ({
      write(signals) {
        const text = before + String(/^Your input: ([^]*), is/.exec(String(signals.output))?.[1]).replace(/\s/g, " ") +
          after;
        return write(signals) + event("elements", "selector #target", "mode append", `elements <i>${text}</i>`);
      },
    }),
  })),
  {
    name: "The text is also sent as a line of its own",
    trips: ["v1-get-no-injection", "v1-key-event", "v1-sse-junk"],
    alter: ({ write }) => ({ write: (signals) => `: ${signals.input}\n${write(signals)}` }),
  },
  {
    name: "The answer replaces the content of the page by its signals",
    trips: ["v1-get-page"],
    alter: ({ json }) => ({
      write: (signals) => {
        const attribute = asAttribute(json(signals).replaceAll("@", "\\u0040"));
        return event("elements", `elements <main id="main" ${attribute}></main>`);
      },
    }),
  },
  {
    name: "DELETE is answered without the signals of the query",
    trips: ["v1-get-delete"],
    alter: ({ refuse, write }) => ({
      refuse: (request, host) =>
        request.method === "DELETE" && request.url?.startsWith("/get")
          ? stream(write({ output: "Your input: , is 0 long." }))
          : refuse(request, host),
    }),
  },

  // The target and the feed.
  { name: "The target is answered with nothing", trips: ["v1-target-event"], alter: () => ({ element: () => "" }) },
  {
    name: "The target's route is missing",
    trips: ["v1-target-event", "v1-http-status"],
    alter: () => ({ target: () => plainText(404, "Not Found") }),
  },
  ...shared(updateFaults),
  {
    name: "The target is answered with a signal",
    trips: ["v1-target-event"],
    alter: () => ({ element: (time) => event("signals", `signals {"time":"${time}"}`) }),
  },
  {
    name: "The time is appended",
    trips: ["v1-target-mode"],
    alter: () => ({
      element: (time) => event("elements", "selector #target", "mode append", `elements <b>${time}</b>`),
    }),
  },
  {
    name: "The events of the feed are appended",
    trips: ["v1-feed-mode"],
    alter: withFeed((number) => event("elements", "selector #feed", "mode append", `elements <b>${number}</b>`)),
  },
  {
    name: "The first event takes away the attribute with which the feed ends",
    trips: ["v1-feed-itself"],
    alter: withFeed((number) => event("elements", `elements <span id="feed">${number}</span>`), [
      `data-init="@get('/feed')"><span id="feed">`,
      `><span id="feed" data-init="@get('/feed', {requestCancellation: 'cleanup'})">`,
    ]),
  },

  // Bad requests.
  ...shared(requestFaults),
  {
    name: "A parameter that is no JSON is refused with a page and status 200",
    trips: ["v1-bad-malformed"],
    alter: withBad(is("{oops"), () => htmlPage),
  },
  {
    name: "null is answered with signals that are no JSON",
    trips: ["v1-bad-null"],
    alter: withBad(is("null"), () => stream(event("signals", "signals Internal Server Error"))),
  },
  {
    name: "Signals of a different type are an error",
    trips: ["v1-bad-wrong-type"],
    alter: withBad((text) => text?.includes("[1]") === true, () => html500),
  },
  {
    name: "null for a signal is answered with a key that ends the reading",
    trips: ["v1-bad-null-input"],
    alter: withBad(is('{"input":null}'), () => stream(event("signals", "constructor null"))),
  },
  {
    name: "Signals without input are a redirect",
    trips: ["v1-bad-no-input"],
    alter: withBad(is('{"other":1}'), () => ({ status: 302, headers: { location: "/" }, body: "" })),
  },
  {
    name: "A query that is no UTF-8 is an error",
    trips: ["v1-bad-encoding"],
    alter: withBad((text) => text?.includes("\ufffd") === true, () => plainText(500, "URIError")),
  },
  {
    name: "A long query is an error",
    trips: ["v1-bad-huge"],
    alter: withBad((text = "") => text.length > 12_000, () => html500),
  },
  {
    name: "All signals are sent back",
    trips: ["v1-bad-proto-echo"],
    alter: ({ answer }) => ({ answer: (signals) => ({ ...answer(signals), constructor: signals.constructor }) }),
  },

  // Live behaviour.
  ...shared(liveFaults),
];

/** Differences that servers may have: no MUST fails. */
export const deviations: Omit<ServerMutant, "trips">[] = [
  ...sharedDeviations,
  {
    name: "an element that is sent with all its content",
    alter: ({ page, json }) => {
      const [, begin, end] = /(<main id="main") data-signals="[^"]*"([^]*<\/main>)/.exec(page().body)!;
      const lines = (signals: Signals) =>
        [begin, asAttribute(json(signals).replaceAll("@", "\\u0040")) + end].join(" ").split("\n");
      return { write: (signals) => event("elements", ...lines(signals).map((line) => `elements ${line}`)) };
    },
  },
  {
    name: "an answer of the type application/json",
    alter: withGet((reply) =>
      reply.status !== 200 ? reply : {
        ...reply,
        headers: { "content-type": "application/json", "cache-control": "no-store" },
        body: /signals ([^\n]*)/.exec(reply.body)![1],
      }
    ),
  },
  {
    name: "a target of the type text/html",
    alter: ({ time }) => ({
      target: () => ({
        status: 200,
        headers: { "content-type": "text/html", "cache-control": "no-store" },
        body: `<div id="target"><b>${time()}</b></div>`,
      }),
    }),
  },
  {
    name: "signals in an attribute, with the @ escaped",
    alter: inAttribute((json) => asAttribute(json.replaceAll("@", "\\u0040"))),
  },
  {
    name: "a bad request refused with a page and status 400, and with an event stream",
    alter: ({ refusal }) => ({
      refusal: (status, message) =>
        message.includes("JSON")
          ? { ...htmlPage, status }
          : message.includes("store")
          ? { ...stream(event("elements", "selector body", "mode append", "elements <p>Bad</p>")), status: 200 }
          : refusal(status, message),
    }),
  },
  {
    name: "the inner HTML, ids and retries, and options that say what is the default",
    alter: ({ tick }) => ({
      element: (time) =>
        `id: 1\nretry: 1000\n${event("elements", "selector #target", "mode inner", `elements ${time}`)}`,
      tick: () => tick().replace("data: elements", "data: mode outer\ndata: namespace html\ndata: elements"),
    }),
  },
  {
    name: "the attribute that asks for the feed on the element that is patched",
    alter: withFeed((number) => event("elements", `elements <span id="feed">${number}</span>`), [
      `data-init="@get('/feed')"><span id="feed">`,
      `><span id="feed" data-init="@get('/feed')">`,
    ]),
  },
  {
    name: "a feed that ends, on a page that asks for it again",
    needsSocket: true,
    alter: (good) => ({
      ...withPage("@get('/feed')", "@get('/feed', {retry: 'always'})")(good),
      feed(response) {
        response.writeHead(200, good.feedHeaders);
        response.end(good.tick());
      },
    }),
  },
];

/** The servers that need a socket. */
export const socketServers: (Omit<ServerMutant, "trips"> & Partial<ServerMutant>)[] = [
  { name: "good", alter: () => ({}) },
  ...[...deviations, ...mutants].filter(({ needsSocket }) => needsSocket),
];

// Runs in a process of its own, so that reading the answers does not delay them.
if (import.meta.main) await serveAll(socketServers, createParts);
