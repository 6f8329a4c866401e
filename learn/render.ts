/**
 * Lines, events and pages as HTML: the same on the server and in the browser. What they show is escaped by `html`.
 *
 * @module
 */

import { type Html, html } from "../html.ts";
import type { EventSourceMessage } from "../harness/mod.ts";
import type { Block } from "./blocks.ts";
import { describeEvent, type ExplainedLine, type Piece } from "./explain.ts";

/** What a line shows beside its bytes. Places are counted as the line's are. */
export interface LineMarks {
  /** Where a chunk begins. */
  borders?: readonly number[];
  /** What has come so far ends here. */
  at?: number;
}

/** Names of characters that have no look of their own. */
const names: Record<string, string> = { "\0": "NUL", "\t": "TAB", "\n": "LF", "\r": "CR", "\ufeff": "BOM" };

/** Bytes that are shown in one place at most: nobody reads more, and each can cost a browser an element. */
const maxVisible = 2000;

/** Pieces of a line that are shown at most. */
const maxPieces = 500;

/** Fields and remarks of an event that are shown at most. */
const maxFields = 100;

/** Bytes as text, with all that cannot be seen made visible. What there is too much of is cut off, and that is said. */
export function visible(all: Uint8Array): Html[] {
  const bytes = all.subarray(0, maxVisible);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const parts: Html[] = [];
  let plain = "";
  const mark = (name: string) => {
    if (plain) parts.push(html`${plain}`);
    plain = "";
    parts.push(html`<span class="mark">${name}</span>`);
  };
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let character: string;
    try {
      character = length === 1 ? String.fromCharCode(first) : decoder.decode(bytes.subarray(at, at + length));
    } catch {
      mark(`\\x${hex(first, 2)}`); // a byte that is no UTF-8, or part of a character that a border cuts
      at++;
      continue;
    }
    at += length;
    if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/u.test(character)) {
      mark(names[character] ?? `U+${hex(character.codePointAt(0)!, 4)}`);
    } else plain += character;
  }
  if (plain) parts.push(html`${plain}`);
  if (all.length > maxVisible) parts.push(moreOf(all.length - maxVisible, "bytes"));
  return parts;
}

const encoder = new TextEncoder();

/** A text, likewise. */
export function visibleText(text: string): Html[] {
  return visible(encoder.encode(text));
}

/** A sign that something was left out. */
const moreOf = (count: number, what: string) => html`<span class="mark">… and ${count} more ${what}</span>`;

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");

/** A line of the stream: an option of a list box. */
export function renderLine(line: ExplainedLine, block: Block, { borders = [], at = Infinity }: LineMarks = {}): Html {
  const wrong = block.remarks.some(({ range }) => range.start < line.next && range.end > line.start);
  const classes = ["line", wrong && "wrong", at <= line.start && "later", line.pieces.length === 0 && "empty"];
  const spoken = wrong && html`<span class="spoken">wrong: </span>`;
  return html`<li class="${
    classes.filter(Boolean).join(" ")
  }" role="option" aria-selected="false" tabindex="-1">${spoken}${
    line.pieces.slice(0, maxPieces).map((piece) => renderPiece(piece, block.bytes, borders, at))
  }${line.pieces.length > maxPieces && moreOf(line.end - line.pieces[maxPieces].start, "bytes")}</li>`;
}

function renderPiece({ start, end, kind }: Piece, bytes: Uint8Array, borders: readonly number[], at: number): Html {
  const inside = borders.filter((border) => border >= start && border < end).slice(0, maxVisible);
  const begins = new Set(inside);
  const cuts = [...new Set([...inside, at])].filter((cut) => cut > start && cut < end).sort((a, b) => a - b);
  const starts = [start, ...cuts];
  const border = (offset: number) =>
    begins.has(offset) ? html`<span class="border" title="A chunk begins here"></span>` : "";
  const caret = (offset: number) => offset === at ? html`<span class="caret"></span>` : "";
  return html`<span class="piece ${kind}${at <= start && " later"}">${
    starts.map((from, i) => html`${border(from)}${caret(from)}${visible(bytes.subarray(from, starts[i + 1] ?? end))}`)
  }</span>`;
}

const silent = new Set(["colon", "space", "separator", "end", "blank", "bom"]);

/** The lines of a block that say something: what {@linkcode renderEvent} shows of them as fields, in this order. */
export function fieldLines({ lines }: Block): ExplainedLine[] {
  return lines.filter(({ pieces }) => pieces.some(({ kind }) => !silent.has(kind)));
}

/** An event: its fields, what they add up to, and what there is to remark. */
export function renderEvent(block: Block): Html {
  const { event, remarks } = block;
  if (!event) return html``;
  const fields = fieldLines(block);
  const name = event.client?.event ?? "No name";
  return html`<li class="event${event.error || !event.instruction ? " wrong" : ""}">
<h3><button type="button" class="pick" aria-pressed="false">${name}</button></h3>
<ol class="fields">${
    fields.slice(0, maxFields).map(({ pieces }) =>
      html`<li>${
        pieces.filter(({ kind }) => !silent.has(kind)).slice(0, maxPieces).map(({ start, end, kind }, i) => [
          i > 0 && " ",
          html`<span class="piece ${kind}">${visible(block.bytes.subarray(start, end))}</span>`,
        ])
      }</li>`
    )
  }${fields.length > maxFields && html`<li>${moreOf(fields.length - maxFields, "lines")}</li>`}</ol>
<p class="does">${sentence(describeEvent(event))}</p>
${renderReadings(event.standard, event.client)}
${
    remarks.length > 0 && html`<ul class="remarks">${
      remarks.slice(0, maxFields).map(({ clause, message }) =>
        html`<li>${sentence(message)} ${clauseLink(clause)}</li>`
      )
    }</ul>`
  }
<ul class="effects"></ul>
</li>`;
}

/** Both readings of an event, where they differ. */
function renderReadings(
  standard: EventSourceMessage | undefined,
  client: EventSourceMessage | undefined,
): Html | false {
  if (
    standard && client &&
    ["event", "data", "id"].every((key) =>
      standard[key as keyof EventSourceMessage] === client[key as keyof EventSourceMessage]
    )
  ) return false;
  if (!standard && !client) return false;
  const reading = (name: string, message: EventSourceMessage | undefined) =>
    html`<div><h4>${name}</h4>${
      message
        ? html`<dl><dt>event</dt><dd>${show(message.event)}</dd><dt>data</dt><dd>${show(message.data)}</dd>${
          message.id !== undefined && html`
            <dt>id</dt>
            <dd>${show(message.id)}</dd>
          `
        }</dl>`
        : html`<p>No event.</p>`
    }</div>`;
  return html`<div class="readings">${reading("The standard reads", standard)}${
    reading("Client 0.19.9 reads", client)
  }</div>`;
}

const show = (text: string | undefined) => text === undefined ? "none" : html`<code>${visibleText(text)}</code>`;

/** Text in which backticks mean code. */
export function sentence(text: string): Html {
  const shown = text.length > maxVisible ? `${text.slice(0, maxVisible)}…` : text;
  return html`${shown.split("`").map((part, i) => i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)}`;
}

/** A clause of docs/PROTOCOL.md, by its id, as a link to its text. */
export function clauseLink(clause: string): Html {
  return html`<a class="clause" href="/learn/protocol#${clause}">${clause}</a>`;
}
