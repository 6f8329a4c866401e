/**
 * The seat of a dialect below `/learn`. The files of this folder know no dialect; each one that can be learned has a
 * folder of its own with all that is particular to it, and is named in learn/dialects.ts.
 *
 * @module
 */

import type { Html } from "../html.ts";
import type { Changes, ClientError, OpenOptions, Page, StreamEvent } from "../harness/core.ts";
import type { Family } from "../vectors/vector.ts";
import type { Explainer } from "./explanation.ts";
import type { Lesson } from "./lesson.ts";

/** The description of an event: the client follows its instruction, ignores it, or throws an error. */
export interface Description {
  outcome: "instruction" | "ignored" | "error";
  /** The description in one or two sentences. Code is between backticks. */
  text: string;
}

/** A dialect as the page's script needs it. */
export interface Dialect {
  /** The name of the client whose reading is shown beside the standard's. */
  client: string;
  explainer: Explainer;
  /** Starts the model of the client on a document. */
  openDocument: (document: Document, options: OpenOptions) => Page;
  /** Describes what becomes of an event. */
  describeEvent: (event: StreamEvent) => Description;
  /** Says how the client goes on after an event that makes it throw. */
  describeRest: (event: StreamEvent, error: ClientError) => string;
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
