/** The checks of `datastar-console`. */

import { afterError } from "./failure.ts";
import { dialect } from "../../harness/mod.ts";
import type { StreamCheck } from "../check.ts";
import { quoteSource } from "../checks/quote.ts";
import { streamChecks } from "../checks/stream_checks.ts";
import { bytesOfLine, checkKeys, linesOfEach } from "./data_lines.ts";
import type { ClassicView } from "./view.ts";

const { checkEach } = streamChecks<ClassicView>("signals");

export const messageChecks: StreamCheck<ClassicView>[] = [
  checkKeys({
    rule: ["con-mode", "MUST", "CON-2"],
    title: "Each message has a mode that the client knows",
    why: `The client throws: ${afterError}.`,
    fix: "Begin with one of debug, error, info, group, groupEnd, log or warn.",
    event: "datastar-console",
    keys: dialect.consoleModes,
    firstLineOnly: true,
  }),
  checkEach({
    rule: ["con-message", "MUST", "CON-1"],
    title: "Each message has a text",
    why: "The client logs an empty text.",
    fix: "Write the message after the mode.",
    noun: "datastar-console with a mode",
    items: (view) =>
      linesOfEach("datastar-console")(view).filter(([{ key }]) => dialect.consoleModes.some((mode) => mode === key)),
    fault: ([line, ...more]) =>
      line.key !== "groupEnd" && line.value.trim() === "" && more.length === 0 && {
        expected: "a mode and a message",
        actual: `${quoteSource(line.key)} without a message`,
        at: bytesOfLine(line),
      },
  }),
];
