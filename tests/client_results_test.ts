/**
 * Pages and streams whose results the real client 0.19.9 gave in Chromium 156, outside of the page of the vectors: there
 * a policy forbids inline styles, and the client has to start.
 */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { openPage, type Page } from "../harness/mod.ts";
import results from "./client_results.json" with { type: "json" };
import { createBody } from "./support/dom.ts";

interface Result {
  page: string;
  stream: string;
  /** The body: one line for each element, attribute and text, attributes in alphabetical order. */
  tree: string;
  /** Whether the client starts on the page. Default: true. */
  starts?: false;
  /** The message of the error that the client raised. */
  raised?: string;
  store?: unknown;
  location?: string;
  /** Of each form field: its kind, its value in quotes, and the position or the state of what is selected. */
  values?: string[];
}

/** Writes a tree in the form of the results. */
function treeOf(body: Element): string {
  const lines = ["body "];
  const add = (node: Node, indent: string) => {
    if (node.nodeType === 3) lines.push(`${indent}"${node.nodeValue}"`);
    if (node.nodeType !== 1) return;
    const element = node as Element;
    lines.push(`${indent}<${element.namespaceURI?.endsWith("svg") ? "svg:" : ""}${element.localName}`);
    const attributes = [...element.attributes].filter(({ name, value }) => name !== "class" || value.trim() !== "");
    for (const { name, value } of attributes.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
      if (value === "datastar-swapping") continue; // it stays where the client raises
      lines.push(`${indent}  @${name}="${value.replace(/^ds--\d+$/, "ds--*")}"`);
    }
    if (element.localName === "template") {
      lines.push(`${indent}  #content`);
      for (const child of (element as HTMLTemplateElement).content.childNodes) add(child, `${indent}    `);
    }
    for (const child of element.childNodes) add(child, `${indent}  `);
  };
  for (const child of body.childNodes) add(child, "");
  return lines.join("\n");
}

function valuesOf(body: Element): string[] {
  return [...body.querySelectorAll<HTMLInputElement>("input, select, option")].map((field) => {
    const { localName, type, value, checked } = field;
    // Not by selectedIndex, which happy-dom does not count where several are selected.
    const selected = [...field.querySelectorAll("option")].findIndex((option) => option.selected);
    if (localName === "select") return `select "${value}" ${selected}`;
    if (localName === "option") return `option ${(field as unknown as HTMLOptionElement).selected}`;
    return `input ${type} "${value}" ${checked}`;
  });
}

for (const result of results as Result[]) {
  test(`${result.page} ${JSON.stringify(result.stream)}`, async () => {
    const document = createBody(result.page);
    let page: Page | undefined;
    try {
      page = openPage(document);
    } catch {
      // The client does not start.
    }
    assertEquals(page !== undefined, result.starts ?? true);
    if (page) {
      const { errors } = await page.receive(result.stream);
      assertEquals(errors.length > 0, result.raised !== undefined, String(errors[0]));
      assertEquals(page.signals, result.store);
      assertEquals(page.location, result.location);
    }
    assertEquals(treeOf(document.body), result.tree.trimEnd());
    if (result.values) assertEquals(valuesOf(document.body), result.values);
  });
}
