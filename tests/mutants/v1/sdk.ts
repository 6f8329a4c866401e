/**
 * Endpoints of an SDK with one fault each, and endpoints that are right in a different way.
 *
 * @module
 */

import type { InputEvent } from "../../../vectors/v1/sdk/mod.ts";
import type { Parts } from "../../peers/v1sdk/ours.ts";
import type { Mutant } from "../mutant.ts";

type Alter = (parts: Parts) => Partial<Parts>;

/** An endpoint with one fault. */
export interface SdkMutant extends Mutant {
  alter: Alter;
}

/** Changes the text of each event. */
const changeText = (change: (text: string, event: InputEvent) => string): Alter => ({ write }) => ({
  write: (event) => change(write(event), event),
});

/** Changes each event before it is written. */
const changeInput = (change: (event: InputEvent) => InputEvent): Alter => ({ write }) => ({
  write: (event) => write(change(event)),
});

/** Changes the texts of content before they are written. */
const changeContent = (change: (text: string) => string): Alter =>
  changeInput((event) => ({
    ...event,
    ...event.elements !== undefined && { elements: change(event.elements) },
    ...event.script !== undefined && { script: change(event.script) },
  }));

/** Writes some characters of content that the writer would refuse or change: it gets others in their place. */
const smuggle = (pattern: RegExp, text: string, written = text): Alter => ({ write }) => ({
  write: (event) =>
    changeContent((content) => content.replace(pattern, "\uE000"))({ write } as Parts)
      .write!(event).replaceAll("\uE000", written),
});

/** Writes the id as it is, after a change. */
const rawId = (change: (id: string) => string): Alter => ({ write }) => ({
  write({ eventId, ...event }) {
    const id = eventId === undefined ? "" : `id: ${change(eventId)}\n`;
    return write(event).replace("\n", () => `\n${id}`);
  },
});

/** Reads the signals of some requests as if there were other ones. */
const changeRequest = (change: (request: Request) => Request): Alter => ({ read }) => ({
  read: (request) => read(change(request)),
});

const noEvents = { ok: true, signals: { events: [] } } as const;

export const mutants: SdkMutant[] = [
  {
    name: "an endpoint that refuses a mode",
    trips: ["v1-sdk-answer"],
    alter: ({ write }) => ({
      write(event) {
        if (event.mode === "before") throw new Error("no such mode");
        return write(event);
      },
    }),
  },
  {
    name: "an SDK that sends no type",
    trips: ["v1-sdk-type"],
    alter: ({ headers }) => ({ headers: { ...headers, "content-type": "application/octet-stream" } }),
  },
  {
    name: "an SDK whose answers may be cached",
    trips: ["v1-sdk-cache"],
    alter: ({ headers }) => ({ headers: { ...headers, "cache-control": "max-age=60" } }),
  },
  {
    name: "an SDK that closes the connection",
    trips: ["v1-sdk-connection"],
    alter: ({ headers }) => ({ headers: { ...headers, connection: "close" } }),
  },
  {
    name: "an endpoint that leaves out the last of several events",
    trips: ["v1-sdk-events"],
    alter: () => ({ join: (events) => events.slice(0, Math.max(1, events.length - 1)).join("") }),
  },
  {
    name: "an endpoint that writes the last event first",
    trips: ["v1-sdk-events", "v1-sdk-id", "v1-sdk-retry"],
    alter: () => ({ join: (events) => events.toReversed().join("") }),
  },
  {
    name: "an SDK with a name of its own for signals that may exist",
    trips: ["v1-sdk-event-names", "v1-sdk-only-if-missing", "v1-sdk-signals"],
    alter: changeText((text, { onlyIfMissing }) =>
      onlyIfMissing ? text.replace("datastar-patch-signals", "datastar-merge-signals") : text
    ),
  },
  {
    name: "an SDK that writes the id last",
    trips: ["v1-sdk-field-order"],
    alter: changeText((text) => text.replace(/(id: .*\n)([^]*)\n$/, "$2$1\n")),
  },
  { name: "an SDK without ids", trips: ["v1-sdk-id"], alter: changeText((text) => text.replace(/id: .*\n/, "")) },
  {
    name: "an SDK that writes an empty id",
    trips: ["v1-sdk-id"],
    alter: changeText((text) => text.includes("\nid: ") ? text : text.replace("\n", "\nid: \n")),
  },
  {
    name: "an SDK that writes seconds",
    trips: ["v1-sdk-retry"],
    alter: changeText((text) => text.replace(/retry: (\d+)/, (_, ms) => `retry: ${ms / 1000}`)),
  },
  {
    name: "an SDK that writes the client's own time",
    trips: ["v1-sdk-default-retry"],
    alter: changeText((text, { retryDuration }) =>
      retryDuration === 1000 ? text.replace("\n", "\nretry: 1000\n") : text
    ),
  },
  {
    name: "an SDK that writes the default mode",
    trips: ["v1-sdk-defaults"],
    alter: changeText((text) =>
      /patch-elements/.test(text) && !/data: mode/.test(text)
        ? text.replace("\ndata:", "\ndata: mode outer\ndata:")
        : text
    ),
  },
  {
    name: "an SDK that writes onlyIfMissing false",
    trips: ["v1-sdk-defaults"],
    alter: changeText((text) =>
      /patch-signals/.test(text) && !/onlyIf/.test(text)
        ? text.replace("data:", "data: onlyIfMissing false\ndata:")
        : text
    ),
  },
  {
    name: "an SDK that escapes selectors as HTML",
    trips: ["v1-sdk-elements"],
    alter: changeText((text) => text.replace(/(data: selector .*?)>/, "$1&gt;")),
  },
  {
    name: "an SDK that leaves out selectors",
    trips: ["v1-sdk-elements"],
    alter: changeText((text, { selector = "" }) =>
      selector.includes('title="x') ? text.replace(/data: selector .*\n/, "") : text
    ),
  },
  {
    name: "an SDK with a capital letter in a mode",
    trips: ["v1-sdk-modes"],
    alter: changeText((text) => text.replace("mode before", "mode Before")),
  },
  {
    name: "an SDK that removes the first match only",
    trips: ["v1-sdk-remove"],
    alter: changeText((text) =>
      text.replace("selector .x\ndata: mode remove", "selector .x:first-child\ndata: mode remove")
    ),
  },
  {
    name: "an SDK that writes useViewTransition 1",
    trips: ["v1-sdk-view-transition"],
    alter: changeText((text) => text.replace("useViewTransition true", "useViewTransition 1")),
  },
  {
    name: "an SDK that quotes the selector of a view transition",
    trips: ["v1-sdk-view-transition-selector"],
    alter: changeText((text) => text.replace(/(viewTransitionSelector) (.*)/, '$1 "$2"')),
  },
  {
    name: "an SDK that misspells the key of that selector",
    trips: ["v1-sdk-view-transition-selector"],
    alter: changeText((text) => text.replace("viewTransitionSelector", "view-transition-selector")),
  },
  {
    name: "an SDK that writes the selector of a view transition without one",
    trips: ["v1-sdk-transition-pair"],
    alter: ({ write }) => ({
      write({ viewTransitionSelector, ...event }) {
        if (event.useViewTransition || viewTransitionSelector === undefined) {
          return write({ viewTransitionSelector, ...event });
        }
        return write(event).replace("data:", `data: viewTransitionSelector ${viewTransitionSelector}\ndata:`);
      },
    }),
  },
  {
    name: "an SDK that writes the namespace in capitals",
    trips: ["v1-sdk-namespace"],
    alter: changeText((text) => text.replace("namespace svg", "namespace SVG")),
  },
  {
    name: "an SDK that misspells the key of the namespace",
    trips: ["v1-sdk-namespace"],
    alter: changeText((text) => text.replace("data: namespace", "data: ns")),
  },
  {
    name: "an SDK that writes a script on one line",
    trips: ["v1-sdk-line-ends"],
    alter: changeText((text, { type }) =>
      type === "executeScript" ? text.replaceAll(/(?<=data: elements .*)\ndata: elements/g, "") : text
    ),
  },
  {
    name: "an SDK that writes the key once",
    trips: [
      "v1-sdk-line-ends",
      "v1-sdk-blank-lines",
      "v1-sdk-body",
      "v1-sdk-cr-content",
      "v1-sdk-long",
      "v1-sdk-text",
    ],
    alter: changeText((text) => text.replaceAll(/(?<=data: elements [^]*)\ndata: elements /g, "\n")),
  },
  {
    name: "an SDK that leaves out the space of a blank line",
    trips: ["v1-sdk-blank-lines"],
    alter: changeText((text) => text.replaceAll("data: elements \n", "data: elements\n")),
  },
  {
    name: "an SDK that leaves out blank lines",
    trips: ["v1-sdk-blank-lines"],
    alter: changeText((text) => text.replaceAll("data: elements \n", "")),
  },
  { name: "an SDK that leaves a CR in content", trips: ["v1-sdk-cr-content"], alter: smuggle(/\r(?!\n)/g, "\r") },
  {
    name: "an SDK that splits content at U+2028",
    trips: ["v1-sdk-separators"],
    alter: changeText((text) => text.replaceAll(/(?<=data: elements .*)\u2028/g, "\ndata: elements ")),
  },
  {
    name: "an SDK that splits JSON at U+0085",
    trips: ["v1-sdk-separators"],
    alter: changeText((text) => text.replaceAll(/(?<=data: signals [^\n]*)\u0085/g, "\ndata: signals ")),
  },
  {
    name: "an SDK that leaves LF in an id",
    trips: ["v1-sdk-lf-options"],
    alter: rawId((id) => id.replaceAll("\r", "")),
  },
  {
    name: "an SDK that leaves CR in an id",
    trips: ["v1-sdk-cr-options"],
    alter: rawId((id) => id.includes("\n") ? "" : id),
  },
  {
    name: "an SDK that leaves CR in a selector",
    trips: ["v1-sdk-cr-options"],
    alter: ({ write }) => ({
      write(event) {
        const { selector } = event;
        if (!selector?.includes("\r") || selector.includes("\n")) return write(event);
        return write({ ...event, selector: "\uE000" }).replace("\uE000", () => selector);
      },
    }),
  },
  {
    name: "an SDK that cuts texts at NUL",
    trips: ["v1-sdk-nul"],
    alter: changeContent((text) => text.split("\0")[0]),
  },
  {
    name: "an SDK that trims the ends of lines",
    trips: ["v1-sdk-text"],
    alter: changeText((text) => text.replaceAll(/(?<=elements .*\S)[ \t]+\n/g, "\n")),
  },
  {
    name: "an SDK that writes ASCII",
    trips: ["v1-sdk-text"],
    alter: changeText((text) => text.replaceAll(/[ößéעברית]/g, "?")),
  },
  {
    name: "an SDK that cuts content at 64 KB",
    trips: ["v1-sdk-long"],
    alter: changeContent((text) => text.slice(0, 65_536)),
  },
  {
    name: "an SDK that leaves out null",
    trips: ["v1-sdk-signals"],
    alter: changeInput(({ signals, ...event }) => ({
      ...event,
      ...signals && { signals: JSON.parse(JSON.stringify(signals, (_, value) => value ?? undefined)) },
    })),
  },
  {
    name: "an SDK that writes numbers as texts",
    trips: ["v1-sdk-signals"],
    alter: changeText((text) => text.replace(/-1\.5e-7/, '"$&"')),
  },
  {
    name: "an SDK that leaves out onlyIfMissing",
    trips: ["v1-sdk-only-if-missing"],
    alter: changeText((text) => text.replace("data: onlyIfMissing true\n", "")),
  },
  {
    name: "an SDK that writes JSON text as it is",
    trips: ["v1-sdk-raw-signals"],
    alter: ({ write }) => ({
      write: (event) =>
        event["signals-raw"]?.includes("\n")
          ? `event: datastar-patch-signals\ndata: signals ${event["signals-raw"]}\n\n`
          : write(event),
    }),
  },
  {
    name: "an SDK that escapes scripts as HTML",
    trips: ["v1-sdk-script"],
    alter: changeInput((event) => ({ ...event, script: event.script?.replaceAll(" < ", " &lt; ") })),
  },
  {
    name: "an SDK that puts scripts into the body by inner",
    trips: ["v1-sdk-script", "v1-sdk-script-place", "v1-sdk-cr-content"],
    alter: changeText((text, { type }) => type === "executeScript" ? text.replace("mode append", "mode inner") : text),
  },
  {
    name: "an SDK that prepends scripts",
    trips: ["v1-sdk-script-place"],
    alter: changeText((text, { type }) =>
      type === "executeScript" ? text.replace("mode append", "mode prepend") : text
    ),
  },
  {
    name: "an SDK that leaves out the attributes of scripts",
    trips: ["v1-sdk-script-attributes", "v1-sdk-attribute-quotes"],
    alter: changeInput(({ attributes: _, ...event }) => event),
  },
  {
    name: "an SDK that does not escape attributes",
    trips: ["v1-sdk-attribute-quotes"],
    alter: changeText((text) => text.replaceAll("&quot;b&quot;", '"b"')),
  },
  {
    name: "an SDK that keeps all scripts",
    trips: ["v1-sdk-script-removal"],
    alter: changeText((text) => text.replace(' data-effect="el.remove()"', "")),
  },
  {
    name: "an SDK that removes all scripts",
    trips: ["v1-sdk-script-removal"],
    alter: changeInput(({ autoRemove: _, ...event }) => event),
  },
  {
    name: "an SDK that writes an end tag into a script",
    trips: ["v1-sdk-script-end"],
    alter: smuggle(/(?<=title = ')<(?=\/script)/g, "<"),
  },
  {
    name: "an SDK that decodes the query twice",
    trips: ["v1-sdk-query"],
    alter: ({ read }) => ({
      async read(request) {
        const result = await read(request);
        if (!result.ok || request.method !== "GET") return result;
        const json = JSON.stringify(result.signals).replaceAll("%41", "A");
        return { ok: true, signals: JSON.parse(json) };
      },
    }),
  },
  {
    name: "an SDK that reads bodies as Latin-1",
    trips: ["v1-sdk-body", "v1-sdk-long"],
    alter: ({ read }) => ({
      async read(request) {
        if (request.method !== "POST") return await read(request);
        const bytes = new Uint8Array(await request.arrayBuffer());
        const body = [...bytes].map((byte) => String.fromCharCode(byte)).join("");
        return await read(new Request(request.url, { method: "POST", body }));
      },
    }),
  },
  {
    name: "an SDK that reads the query of PUT and PATCH",
    trips: ["v1-sdk-body"],
    alter: changeRequest((request) => /^P(UT|ATCH)$/.test(request.method) ? new Request(request.url) : request),
  },
  {
    name: "an SDK that reads the body of a DELETE",
    trips: ["v1-sdk-delete"],
    alter: changeRequest((request) =>
      request.method === "DELETE" ? new Request(request.url, { method: "POST", body: "" }) : request
    ),
  },
  {
    name: "an SDK that takes text that is not JSON for no signals",
    trips: ["v1-sdk-bad-json"],
    alter: ({ read }) => ({
      async read(request) {
        const result = await read(request);
        return !result.ok && result.message.includes("not JSON") ? noEvents : result;
      },
    }),
  },
  {
    name: "an SDK that takes a request without signals for an empty one",
    trips: ["v1-sdk-no-json"],
    alter: ({ read }) => ({
      async read(request) {
        const result = await read(request);
        return !result.ok && !result.message.includes("not JSON") ? noEvents : result;
      },
    }),
  },
];

/** Endpoints that are right in a different way, by what is different. */
export const healthy: Record<string, Alter> = {
  "this project's writer": () => ({}),
  "lines that end with CRLF": changeText((text) => text.replaceAll("\n", "\r\n")),
  "lines that end with CR": changeText((text) => text.replaceAll("\n", "\r")),
  "no space after the colon": changeText((text) => text.replaceAll(/^(\w+): /gm, "$1:")),
  "comments, and more blank lines": changeText((text) => `: a comment\n\n${text}\n\n`),
  "content before the options": changeText((text) =>
    text.replace(/((?:^data: (?!elements).*\n)+)((?:^data: elements .*\n)+)/m, "$2$1")
  ),
  "empty elements in a removal": changeText((text) => text.replace(/^data: mode remove$/m, "$&\ndata: elements ")),
  "white space before a script": changeText((text, { type }) =>
    type === "executeScript" ? text.replace("data: elements ", "data: elements  ") : text
  ),
  "an SDK of older clients": ({ write }) => ({
    write: ({ namespace: _, viewTransitionSelector: __, ...event }) => write(event),
  }),
  "an SDK that refuses what it does not know": ({ write }) => ({
    write(event) {
      if (event.namespace ?? event.viewTransitionSelector) throw new Error("unknown option");
      return write(event);
    },
  }),
  "line breaks that are removed": changeInput((event) => ({
    ...event,
    selector: event.selector?.replaceAll(/[\r\n]/g, ""),
    eventId: event.eventId?.replaceAll(/[\r\n]/g, ""),
  })),
  "a status of 500 for what is refused": () => ({ refusal: 500 }),
};
