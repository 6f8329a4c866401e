/**
 * Copies the scene in a form that can be taken along: a link, a command for curl, a vector, or code.
 *
 * @module
 */

import { writeCurl } from "./curl.ts";
import { byId } from "./elements.ts";
import { encodeState } from "./link.ts";
import { eventViews, isWhole, type State } from "./state.ts";
import { chunkSize } from "./stream_view.ts";
import { writeVector } from "./vector_text.ts";

/** Makes a button copy a text to the clipboard. The text is shown too, and an error in its place. */
function copyOnClick(id: string, name: string, write: () => string | Promise<string>): void {
  const message = byId("taken");
  const copied = byId<HTMLTextAreaElement>("copied");
  byId(id).addEventListener("click", async () => {
    try {
      copied.value = await write();
      copied.hidden = false;
    } catch (error) {
      message.textContent = (error as Error).message;
      return;
    }
    try {
      await navigator.clipboard.writeText(copied.value);
      message.textContent = `${name} was copied`;
    } catch {
      message.textContent = `The browser does not allow copying. ${name} is below`;
      copied.select();
    }
  });
}

/** Makes the four buttons work. */
export function startCopying(state: State): void {
  copyOnClick("link", "The link", async () => {
    const { scene, at } = state;
    const hash = await encodeState({ scene, at: isWhole(state) ? undefined : at, chunk: chunkSize() || undefined });
    history.replaceState(null, "", hash);
    return location.href;
  });
  copyOnClick("curl", "The command", () => {
    const { endpoint: url, scene: { bytes } } = state;
    const command = writeCurl(url ? { url } : { bytes, origin: location.origin });
    if (command === undefined) throw new RangeError("Cannot write a command: the stream is too long for an address");
    return command;
  });
  copyOnClick("as-vector", "The vector", () => {
    const { scene, model, dialect, vector: { title, clause } } = state;
    if (!model) throw new TypeError("Cannot write a vector: the model cannot show this page");
    return writeVector(scene, model.outcome, { dialect, title, clause });
  });
  copyOnClick("code", "The code", () => state.dialect.writeCode(eventViews(state).map(({ block }) => block.event!)));
}
