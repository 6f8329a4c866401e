/** Forms as requests: the fields of an action with `contentType: 'form'` [V1-REQ-5]. */

import type { v1 } from "../../harness/mod.ts";

/** The way in which a form is sent. */
export type FormEncoding = "urlencoded" | "multipart";

/** The form of an action, or why there is none. */
export interface ActionForm {
  /** The values of its fields by name. Several fields of one name are a list. */
  fields: v1.Store;
  encoding: FormEncoding;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;

/** Reads the form that an action of an element sends, with the values that the page has. Nothing, if there is no form. */
export function readForm(element: Element, selector: unknown): ActionForm | undefined {
  const form = typeof selector === "string" && selector !== ""
    ? element.ownerDocument.querySelector(selector)
    : element.closest("form");
  if (!form) return;
  const fields: v1.Store = {};
  const add = (name: string, value: string) => {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  };
  for (const control of form.querySelectorAll<Control>("input, select, textarea")) {
    const { localName, type, name } = control;
    if (name === "" || control.closest("fieldset[disabled]") || control.hasAttribute("disabled")) continue;
    if (["submit", "button", "reset", "image", "file"].includes(type)) continue;
    if (["checkbox", "radio"].includes(type) && !(control as HTMLInputElement).checked) continue;
    if (localName !== "select") add(name, control.value || (type === "checkbox" ? "on" : ""));
    else for (const { value } of (control as HTMLSelectElement).selectedOptions) add(name, value);
  }
  const isSubmitter = element.localName === "button" ||
    element.localName === "input" && element.getAttribute("type") === "submit";
  const name = element.getAttribute("name");
  if (isSubmitter && name) add(name, element.getAttribute("value") ?? "");
  return { fields, encoding: form.getAttribute("enctype") === "multipart/form-data" ? "multipart" : "urlencoded" };
}

const boundary = "----fragstar-form-boundary";

/** The type of a body. */
export const typeOfForm: Record<FormEncoding, string> = {
  urlencoded: "application/x-www-form-urlencoded",
  multipart: `multipart/form-data; boundary=${boundary}`,
};

/** Writes the fields of a form. */
export function writeForm(fields: v1.Store, encoding: FormEncoding): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  if (encoding === "urlencoded") return new URLSearchParams(pairs).toString();
  const quote = (name: string) => encodeURI(name).replace(/%20/g, " ");
  return pairs.map(([name, value]) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`
  ).join("") + `--${boundary}--\r\n`;
}
