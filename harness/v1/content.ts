/**
 * The HTML of a patch, parsed as the clients 1.0.x parse it.
 *
 * @module
 */

import { parseDocument } from "../dom/html.ts";
import type { ElementsInstruction, Namespace } from "./instruction.ts";

/** The element that the client puts around the text of another namespace. */
const wrappers: Partial<Record<Namespace, string>> = { svg: "svg", mathml: "math" };

/** Parses the elements of a patch. Scripts in them never run. */
export function parseElements({ elements = "", namespace }: ElementsInstruction, document: Document): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const parts = pagePartsOf(elements);
  if (parts.length > 0) {
    const page = parseDocument(elements, document);
    if (parts.includes("html")) fragment.append(page);
    else fragment.append(...[...page.children].filter(({ localName }) => parts.includes(localName)));
    return fragment;
  }
  const wrapper = wrappers[namespace];
  const html = wrapper === undefined ? elements : `<${wrapper}>${elements}</${wrapper}>`;
  // [PEL-6] A `</template>` in the text ends this template, and the rest is lost.
  const template = parseDocument(`<body><template>${html}</template></body>`, document).querySelector("template");
  const { content } = template as HTMLTemplateElement;
  if (wrapper === undefined) {
    fragment.append(...content.childNodes);
    return fragment;
  }
  // [PEL-8] The client moves the nodes out while it walks their live list, so it leaves out each second one.
  const nodes = [...content.querySelector(wrapper)!.childNodes];
  fragment.append(...nodes.filter((_, i) => i % 2 === 0));
  return fragment;
}

/**
 * [PEL-7] The parts of a page that a text has end tags of, wherever these stand: then it is parsed as a page. Those in an
 * `<svg>` do not count.
 */
export function pagePartsOf(elements: string): string[] {
  const text = elements.replace(/<svg(\s[^>]*>|>)([\s\S]*?)<\/svg>/gim, "");
  return ["html", "head", "body"].filter((name) => text.includes(`</${name}>`));
}
