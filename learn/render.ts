/**
 * Renders lines, events and texts as HTML, on the server and in the browser. `html` escapes all that comes from outside.
 *
 * @module
 */

import { type Html, html } from "../html.ts";
import {
  type EventSourceMessage,
  isInvisible,
  nameCharacter,
  readSequence,
  type StreamEvent,
} from "../harness/core.ts";
import { splitCode } from "../prose.ts";
import { type Block, nameOf } from "./blocks.ts";
import type { Dialect } from "./dialect.ts";
import type { ExplainedLine, Piece } from "./explanation.ts";

/** The marks in a line, as offsets that are counted like the line's own. */
interface LineMarks {
  /** The beginnings of chunks. */
  borders?: readonly number[];
  /** The number of bytes that have arrived. */
  at?: number;
}

/** The most bytes that are shown in one place: each can cost the browser an element. */
const maxVisible = 2000;

/** The most pieces of a line that are shown. */
const maxPieces = 500;

/** The most fields, and the most remarks, of an event that are shown. */
const maxFields = 100;

/** Shows bytes as text, with a name for each invisible character. A text that is too long is cut, and says so. */
export function showBytes(all: Uint8Array): Html[] {
  const bytes = all.subarray(0, maxVisible);
  const parts: Html[] = [];
  let plain = "";
  const addMark = (name: string) => {
    if (plain) parts.push(html`${plain}`);
    plain = "";
    parts.push(html`<span class="mark">${name}</span>`);
  };
  for (let at = 0; at < bytes.length;) {
    const { length, valid } = readSequence(bytes, at);
    const character = decoder.decode(bytes.subarray(at, at + length));
    if (!valid) { // not UTF-8, or a part of a character that a border cuts
      for (const byte of bytes.subarray(at, at + length)) addMark(`\\x${hex(byte)}`);
    } else if (isInvisible(character)) addMark(nameCharacter(character).slice(1, -1));
    else plain += character;
    at += length;
  }
  if (plain) parts.push(html`${plain}`);
  if (all.length > maxVisible) parts.push(showMore(all.length - maxVisible, "bytes"));
  return parts;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Shows a text, as {@linkcode showBytes} does. */
export function showText(text: string): Html[] {
  return showBytes(encoder.encode(text));
}

/** A sign for the part that is left out. */
const showMore = (count: number, what: string) => html`<span class="mark">… and ${count} more ${what}</span>`;

const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");

/** Renders a line of the stream as an option of a list box. */
export function renderLine(line: ExplainedLine, block: Block, { borders = [], at = Infinity }: LineMarks = {}): Html {
  const wrong = block.remarks.some(({ range }) => range.start < line.next && range.end > line.start);
  const classes = ["line", wrong && "wrong", at <= line.start && "later", line.pieces.length === 0 && "empty"];
  const spoken = wrong && html`<span class="spoken">wrong: </span>`;
  return html`<li class="${classes.filter(Boolean).join(" ")}" role="option" aria-selected="false">${spoken}${
    line.pieces.slice(0, maxPieces).map((piece) => renderPiece(piece, block.bytes, borders, at))
  }${line.pieces.length > maxPieces && showMore(line.end - line.pieces[maxPieces].start, "bytes")}</li>`;
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
    starts.map((from, i) => html`${border(from)}${caret(from)}${showBytes(bytes.subarray(from, starts[i + 1] ?? end))}`)
  }</span>`;
}

/** Kinds of pieces that carry no content. */
const silent = new Set(["colon", "space", "separator", "end", "blank", "bom"]);

/** The lines of a block that have content, in the order in which {@linkcode renderEvent} shows them as fields. */
export function fieldLines({ lines }: Block): ExplainedLine[] {
  return lines.filter(({ pieces }) => pieces.some(({ kind }) => !silent.has(kind)));
}

/** Renders an event: its fields, its description, both readings where they differ, and remarks. */
export function renderEvent(block: Block, { describeEvent, client }: Pick<Dialect, "describeEvent" | "client">): Html {
  const { event, remarks } = block;
  if (!event) return html``;
  const fields = fieldLines(block);
  const name = (nameOf(event.lines) ?? "No name") + (event.client ? "" : ", cut off");
  return html`<li class="event${event.error || !event.instruction ? " wrong" : ""}">
<h3><button type="button" class="pick" aria-pressed="false">${name}</button></h3>
<ol class="fields">${
    fields.slice(0, maxFields).map(({ pieces }) =>
      html`<li>${
        pieces.filter(({ kind }) => !silent.has(kind)).slice(0, maxPieces).map(({ start, end, kind }, i) => [
          i > 0 && " ",
          html`<span class="piece ${kind}">${showBytes(block.bytes.subarray(start, end))}</span>`,
        ])
      }</li>`
    )
  }${fields.length > maxFields && html`<li>${showMore(fields.length - maxFields, "lines")}</li>`}</ol>
<p class="does">${renderSentence(describeEvent(event).text)}</p>
${renderReadings(event, client)}
${
    remarks.length > 0 && html`<ul class="remarks">${
      remarks.slice(0, maxFields).map(({ clause, message }) =>
        html`<li>${renderSentence(message)} ${clauseLink(clause)}</li>`
      )
    }</ul>`
  }
<ul class="effects"></ul>
</li>`;
}

/** Renders how the standard and the client read an event, if they differ. */
function renderReadings({ standard, client }: StreamEvent, clientName: string): Html | false {
  if (!standard && !client) return false;
  if (standard && client && (["event", "data", "id"] as const).every((key) => standard[key] === client[key])) {
    return false;
  }
  return html`<div class="readings">${renderReading("The standard", standard)}${
    renderReading(clientName, client)
  }</div>`;
}

function renderReading(reader: string, message: EventSourceMessage | undefined): Html {
  const value = (text: string | undefined) => text === undefined ? "none" : html`<code>${showText(text)}</code>`;
  const fields = message && html`
    <dl><dt>event</dt><dd>${value(message.event)}</dd><dt>data</dt><dd>${value(
      message.data,
    )}</dd>${message.id !== undefined && html`
      <dt>id</dt>
      <dd>${value(message.id)}</dd>
    `}</dl>
  `;
  return html`<div><h4>${reader} reads</h4>${fields ?? html`<p>No event.</p>`}</div>`;
}

/** Renders code within a text. */
export function renderCode(text: string): Html {
  return html`<code>${text}</code>`;
}

/** Renders a text with code spans. */
export function renderSentence(text: string): Html {
  const shown = text.length > maxVisible ? `${text.slice(0, maxVisible)}…` : text;
  return html`${splitCode(shown).map(({ text, isCode }) => isCode ? renderCode(text) : text)}`;
}

/** Renders the id of a clause as a link to its text. */
export function clauseLink(clause: string): Html {
  return html`<a class="clause" href="/learn/protocol#${clause}">${clause}</a>`;
}
