/**
 * Describes in sentences what an event of v1 tells the client to do. Code is between backticks.
 *
 * @module
 */

import { ClientError, createDocument, v1 } from "../../harness/mod.ts";
import type { Description } from "../dialect.ts";
import { describeKeptFields } from "../kept_fields.ts";
import { listWords, quoteCode as code } from "../quote.ts";
import { explainer, isNoSelector } from "./explain.ts";

/** The most roots, or signals, that are named. */
const mostNamed = 3;

/** The most characters of a patch that are parsed to describe it: hostile ones take a time that grows with the square. */
const maxParsed = 64 * 1024;

const follow = (text: string): Description => ({ outcome: "instruction", text });
const ignore = (text: string): Description => ({ outcome: "ignored", text });

/** Shortens a list to the names that a sentence has room for. */
function nameSome(names: string[]): string[] {
  return names.length > mostNamed ? [...names.slice(0, mostNamed), `${names.length - mostNamed} more`] : names;
}

/** Describes an event. */
export function describeEvent({ client, lines, instruction, error }: v1.StreamEvent): Description {
  if (!client) return ignore("The client drops this event: the stream ends before its blank line (V1-SSE-8).");
  if (error) return { outcome: "error", text: describeError(error) };
  if (instruction?.type === "elements") return describeElements(instruction);
  if (instruction?.type === "signals") return describeSignals(instruction);
  const kept = describeKeptFields(lines, explainer);
  const rest = kept && ` ${kept}`;
  if (kept && !client.event && client.data === "") return follow(kept);
  const clause = v1.findOldEvent(client.event ?? "") ? "V1-SSE-15" : "V1-SSE-14";
  const why = client.event ? `it does not know the name ${code(client.event)}` : "it has no name";
  return ignore(`The client ignores this event, without a message: ${why} (${clause}).${rest}`);
}

/** Describes an error, and how the client goes on after it. */
export function describeError(error: ClientError<v1.ErrorCode>): string {
  if (error.code === "reserved-key") {
    return `${error.message} (${error.clause}). It shows no message. The rest of the chunk is lost, and the client sends ` +
      "its request again after a second, without end.";
  }
  return `Reports ${error.code}: ${error.message} (${error.clause}). ${
    rests[error.code] ?? "The event has no further effect; the client handles the next one."
  }`;
}

const attributesAfter = "The attributes after it in this chunk have no effect (V1-APP-5).";

/** The effects of errors beyond their own event. */
const rests: Partial<Record<v1.ErrorCode, string>> = {
  "bad-attribute": attributesAfter,
  "bad-expression": attributesAfter,
  "failed-expression": "Attributes after it may have no effect, or all expressions of the page (V1-APP-6).",
  "hostile-key": "From now on the page shows no change of a signal, until it is loaded again.",
};

/** Describes an error of the page itself. */
export function describePageError({ code, clause, message }: ClientError<v1.ErrorCode>): string {
  return `When the page is loaded, the client reports ${code}: ${message} (${clause}). The attributes after it, and those ` +
    "of all patches, have no effect (V1-APP-5).";
}

/** The content of a patch. */
interface Content {
  fragment: DocumentFragment;
  roots: Element[];
  /** Its start tags, and the word for text beside them: what is patched into the targets. */
  name: string;
  /** Whether text is beside the roots. */
  hasText: boolean;
}

function describeElements(instruction: v1.ElementsInstruction): Description {
  const { selector, useViewTransition } = instruction;
  if (selector !== "" && isNoSelector(selector)) {
    const error = new ClientError("bad-selector", "PEL-14", `${code(selector)} is not a selector`);
    return { outcome: "error", text: describeError(error) };
  }
  const content = readContent(instruction);
  const { outcome, text } = selector === "" ? describeRoots(instruction, content) : describePatch(instruction, content);
  const transition = useViewTransition && outcome === "instruction"
    ? " This happens in a view transition, if the browser supports them (PEL-25)."
    : "";
  return { outcome, text: text + transition + describeLost(instruction, content) };
}

/** A document in which patches are parsed, once there is one. */
let inert: Document | undefined;

/** Parses the content of a patch as the client does. Gives nothing if it is too much. */
function readContent(instruction: v1.ElementsInstruction): Content | undefined {
  const { elements = "" } = instruction;
  if (elements.length > maxParsed) return;
  let fragment: DocumentFragment;
  try {
    fragment = v1.parseElements(instruction, inert ??= createDocument(""));
  } catch (error) {
    if (error instanceof RangeError) return; // too deep
    throw error;
  }
  const roots = [...fragment.children];
  const nodes = [...fragment.childNodes];
  const hasText = nodes.some(({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.trim() !== "");
  const words = nameRoots(roots);
  if (hasText) words.push(roots.length > 0 ? "text" : `the text ${code(elements)}`);
  return { fragment, roots, hasText, name: listWords(words) || "white space or comments" };
}

/** Writes the start tag of an element, with its id. */
function startTag({ localName, id }: Element): string {
  return id === "" ? `<${localName}>` : `<${localName} id=${JSON.stringify(id)}>`;
}

/** Describes a patch without a selector: each root has its own target [PEL-10]. */
function describeRoots({ mode }: v1.ElementsInstruction, content: Content | undefined): Description {
  const verb = (root: string, target: string) =>
    mode === "replace" ? `Puts ${root} in place of ${target}` : `Morphs ${target} into ${root}`;
  const each = lower(verb("it", "the element with its id"));
  if (!content) return follow(`For each root: ${each}.`);
  const { roots, hasText } = content;
  if (roots.length === 0) {
    const why = hasText ? "there is only text, and no selector (PEL-10)" : "there are no elements (PEL-20)";
    return ignore(`Does nothing: ${why}.`);
  }
  const [aimed, lost] = [roots.filter(hasTarget), roots.filter((root) => !hasTarget(root))];
  const sentences: string[] = [];
  if (aimed.length === 1) sentences.push(`${verb(code(startTag(aimed[0])), targetOf(aimed[0]))}.`);
  if (aimed.length > 1) sentences.push(`For each root, ${listWords(nameRoots(aimed))}: ${each}.`);
  if (lost.length > 0) {
    const [has, it] = lost.length === 1 ? ["has no id", "it"] : ["have no id", "them"];
    sentences.push(
      `${listWords(nameRoots(lost))} ${has}: the client finds no target for ${it}, and warns no-target (PEL-12).`,
    );
  }
  if (hasText) sentences.push("The text beside the roots is lost (PEL-10).");
  return { outcome: aimed.length > 0 ? "instruction" : "ignored", text: sentences.join(" ") };
}

const nameRoots = (roots: Element[]) => nameSome(roots.map((root) => code(startTag(root))));

const lower = (text: string) => text[0].toLowerCase() + text.slice(1);

/** The elements of the page that a root can replace without an id [PEL-11]. */
const pageParts = ["html", "head", "body"];

const hasTarget = ({ id, localName }: Element) => id !== "" || pageParts.includes(localName);

function targetOf({ id, localName }: Element): string {
  return pageParts.includes(localName) ? `the page's ${code(`<${localName}>`)}` : `the element with the id ${code(id)}`;
}

/** The effect of each mode on the targets of a selector. */
const patches: Record<v1.PatchMode, (content: string, target: string) => string> = {
  outer: (content, target) => `Morphs ${target} into ${content}`,
  inner: (content, target) => `Morphs the content of ${target} into ${content}`,
  replace: (content, target) => `Puts ${content} in place of ${target}`,
  prepend: (content, target) => `Puts ${content} into ${target}, before its content`,
  append: (content, target) => `Puts ${content} into ${target}, after its content`,
  before: (content, target) => `Puts ${content} before ${target}`,
  after: (content, target) => `Puts ${content} after ${target}`,
  remove: (_, target) => `Removes ${target}`,
};

/** The same without any content [PEL-20]. The other modes do nothing then. */
const patchesOfNothing: Partial<typeof patches> = {
  outer: patches.remove,
  inner: (_, target) => `Empties ${target}`,
  replace: patches.remove,
};

/** Describes a patch with a selector [PEL-13]. */
function describePatch(
  { selector, mode, elements }: v1.ElementsInstruction,
  content: Content | undefined,
): Description {
  const isId = /^#[\w-]+$/.test(selector);
  const target = isId ? `the element ${code(selector)}` : `each element that ${code(selector)} matches`;
  if (mode === "remove") {
    const ignored = elements ? " The client ignores `elements` (PEL-19)." : "";
    return follow(`${patches.remove("", target)}.${ignored}`);
  }
  if (content && content.fragment.childNodes.length === 0) {
    const patch = patchesOfNothing[mode];
    if (!patch) return ignore("Does nothing: there are no elements (PEL-20).");
    return follow(`${patch("", target)}, because there are no elements (PEL-20).`);
  }
  const isReplaced = mode === "outer" && isId && content && !content.fragment.querySelector(selector);
  const note = isReplaced
    ? ` No root has the id ${code(selector.slice(1))}, so the target itself is replaced (PEL-15).`
    : "";
  return follow(`${patches[mode](content?.name ?? "the elements", target)}.${note}`);
}

/** Describes the roots that are lost in a namespace other than HTML [PEL-8]. */
function describeLost(instruction: v1.ElementsInstruction, content: Content | undefined): string {
  const { namespace, mode, elements = "" } = instruction;
  if (namespace === "html" || mode === "remove" || !content) return "";
  const wrapper = namespace === "svg" ? "svg" : "math";
  const whole = v1.parseElements({
    ...instruction,
    namespace: "html",
    elements: `<${wrapper}>${elements}</${wrapper}>`,
  }, inert!);
  const lost = whole.children[0].children.length - content.roots.length;
  if (lost <= 0) return "";
  return ` ${lost} of ${lost + content.roots.length} roots ${
    lost === 1 ? "is" : "are"
  } lost: write white space between them (PEL-8).`;
}

function describeSignals({ signals, onlyIfMissing }: v1.SignalsInstruction): Description {
  let read: v1.SignalsText;
  try {
    read = v1.readSignals(signals);
  } catch (error) {
    if (error instanceof ClientError) return { outcome: "error", text: describeError(error) };
    return follow("Merges the value into the signals."); // it is too long to be read here
  }
  const { kind, value } = read;
  const patch = kind === "json"
    ? `Merges ${code(signals)}`
    : `Runs ${code(signals)} as JavaScript, and merges the result`;
  if (kind === "unknown") return follow(`${patch} into the signals.`);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (Object.keys(Object(value)).length === 0) {
    const why = isObject ? "`{}` does not empty an object (PSG-8)" : "the value is not an object (PSG-5)";
    return ignore(`Changes no signal: ${why}.`);
  }
  if (!isObject) return follow(`${patch} by index into the signals \`0\`, \`1\` and so on (PSG-5).`);
  const { deleted, isHostile } = findNulls(value);
  if (isHostile) {
    const message = "The client fails at an object with the name __proto__";
    return { outcome: "error", text: describeError(new ClientError("hostile-key", "PSG-12", message)) };
  }
  const only = onlyIfMissing ? ", but only where there is no value yet (PSG-9)" : "";
  const isDeleting = deleted.length > 0 && !onlyIfMissing;
  const deletes = isDeleting
    ? ` \`null\` deletes ${listWords(nameSome(deleted.map((path) => code(path))))} (PSG-6).`
    : "";
  return follow(`${patch} into the signals${only}.${deletes}`);
}

/** Finds the paths of all `null` outside of lists, and whether an object has the name `__proto__` [PSG-12]. */
function findNulls(store: object): { deleted: string[]; isHostile: boolean } {
  const deleted: string[] = [];
  let isHostile = false;
  const open: [object: object, prefix: string][] = [[store, ""]]; // no recursion: JSON may be very deep
  for (let next = open.shift(); next; next = open.shift()) {
    const [object, prefix] = next;
    for (const [name, value] of Object.entries(object)) {
      if (value === null) deleted.push(prefix + name);
      if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
      isHostile ||= name === "__proto__" && Object.keys(value).length > 0;
      open.push([value, `${prefix}${name}.`]);
    }
  }
  return { deleted, isHostile };
}
