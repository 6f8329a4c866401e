/** Explains why a server is not one of the example, with the command that checks it. */

import { isStream } from "../checks/http.ts";
import type { Exchange } from "../recording.ts";
import type { Routes } from "./plan.ts";

/** The parts of a server that show whether it is one of the example. */
export interface Candidate {
  /** The address of the page. */
  address: URL;
  /** The actions of the page, each with its method and path, such as `POST /todos`. */
  actions: readonly { name: string; url?: URL }[];
  /** The answers to the plan, once they are there. */
  answers?: Readonly<Record<string, Exchange>>;
  /** Explains why the answer of the address is no page, if so. */
  whyNotPage: () => string | undefined;
  /** Describes a page without actions. Absent if there is no page. */
  describeIdlePage?: () => string;
}

export function findMismatch(
  { get, target, feed }: Routes,
  { address, actions, answers, whyNotPage, describeIdlePage }: Candidate,
): string | undefined {
  const routes = [get, target, feed];
  if (actions.some(({ url }) => url && routes.includes(url.pathname))) return;
  const isMissing = (id: string) => answers?.[id]?.head?.status === 404;
  const areMissing = ["get:plain", "target", "feed"].every(isMissing);
  const notPage = answers && !Object.values(answers).some(isStream) ? whyNotPage() : undefined;
  if (notPage !== undefined) return `Cannot check the server ${address.href}: ${notPage}`;
  if (!areMissing && (answers || actions.length === 0)) return;
  const names = [...new Set(actions.map(({ name }) => name))];
  const found = names.length > 0 ? `, but ${names.slice(0, 8).join(", ")}` : "";
  const advice = describeIdlePage && actions.length === 0
    ? `. As to its page: ${describeIdlePage()}`
    : `. To check the actions of its own page: conform --app ${address.href}`;
  return `This is not a server of the example contract: ${
    areMissing
      ? `GET ${routes.join(", ")} are answered with 404`
      : `its page has no action for ${routes.join(", ")}${found}`
  }${advice}`;
}
