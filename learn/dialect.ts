/**
 * The seat of a dialect below `/learn`, and in the command `explain`. The files of this folder know no dialect; each one
 * has a folder of its own with all that is particular to it. Those that can be learned are named in learn/dialects.ts,
 * those whose streams can be explained in learn/explainers.ts.
 *
 * @module
 */

import type { Html } from "../html.ts";
import type { Changes, OpenOptions, Page, StreamEvent } from "../harness/core.ts";
import type { Family } from "../vectors/vector.ts";
import type { Explainer, ReadEvent } from "./explanation.ts";
import type { Lesson } from "./lesson.ts";

/** The description of an event: the client follows its instruction, ignores it, or ends its work on it with an error. */
export interface Description {
  outcome: "instruction" | "ignored" | "error";
  /** The description in one or two sentences. Code is between backticks. */
  text: string;
}

/** A dialect as the command `explain` needs it. Its events are given to no other dialect. */
export interface ExplainedDialect<Event extends ReadEvent = ReadEvent> {
  /** Says whose reading of a stream is shown. */
  describeReading: (name: string) => string;
  explainer: Explainer<Event>;
  /** Describes what becomes of an event. */
  describeEvent(event: Event): Description;
  /** Starts the model of the client on a document. */
  openPage(document: Document): ExplainedPage<Event>;
}

/** A page that a stream is applied to. The texts are sentences. */
export interface ExplainedPage<Event extends ReadEvent> {
  /** The errors of the page itself, before any event. */
  errors: string[];
  /**
   * Applies an event.
   *
   * @throws {RangeError} If the event exceeds a limit of the page.
   */
  apply(event: Event): ExplainedEffect;
  /** Expressions that the client runs and the model does not. */
  readonly unevaluated: readonly string[];
}

/** The effect of an event on a page. */
export interface ExplainedEffect {
  changes: string[];
  warnings: string[];
  /** The errors, and how the client goes on after each. */
  errors: string[];
  /** Whether the client reads no further. */
  ended: boolean;
}

/** A dialect as the script of `/learn` needs it. */
export interface Dialect {
  /** The name of the client whose reading is shown beside the standard's. */
  client: string;
  explainer: Explainer<StreamEvent>;
  /** Starts the model of the client on a document. */
  openDocument: (document: Document, options: OpenOptions) => Page;
  /** Describes what becomes of an event. */
  describeEvent: (event: StreamEvent) => Description;
  /** Says what an event has changed, one sentence each. */
  describeChanges: (changes: Changes) => string[];
  /** Says what the client does after an error with this code. */
  describeError: (code: string) => Html;
  /** Says why an event after one with an error has no effect. Events are counted from 1. */
  describeUnread: (failed: number) => string;
  /** Says why events that arrive in one piece make another page than events one after the other. */
  describeAtOnce: () => Html;
  /** The HTML that an event brings, if it brings some. */
  fragmentOf: (event: StreamEvent) => string | undefined;
  /** Writes code that sends these events. */
  writeCode: (events: readonly StreamEvent[]) => string;
  /** The rules by which an outcome is written as a vector. */
  vectors: {
    /** Whether a vector can expect an error with this code. */
    isErrorCode: (code: string) => boolean;
    /** Whether an event can write to the console in this mode. */
    isConsoleMode: (mode: string) => boolean;
    /** Whether the client puts this class on elements by itself. */
    isClientClass: (name: string) => boolean;
    /** Whether a text has to do with signals, so that an empty store is worth expecting. */
    mentionsSignals: (text: string) => boolean;
  };
}

/** A dialect as the server needs it: with the texts that are too long for the page's script. */
export interface Course extends Dialect {
  /** The name of the dialect's folder. */
  id: string;
  /** The path of the real client. */
  clientPath: string;
  /** All vectors. */
  families: readonly Family[];
  /** The lessons, in the order in which they are meant to be read. */
  lessons: readonly Lesson[];
  /** The clauses, in Markdown. */
  protocol: string;
}
