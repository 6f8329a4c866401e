/** Forms as requests: the fields of an action with `contentType: 'form'` [V1-REQ-5]. */

import { isSelector, type v1 } from "../../harness/mod.ts";

/** The way in which a form is sent. */
export type FormEncoding = "urlencoded" | "multipart";

/** The form of an action. */
export interface ActionForm {
  /** The values of its fields by name. Several fields of one name are a list. */
  fields: v1.Store;
  encoding: FormEncoding;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;

/** Reads the form that an action of an element sends, or says why there is none. */
export type ReadForm = (element: Element, selector: unknown) => ActionForm | string;

/** Makes a function that reads forms, each once: many actions can send the same one. */
export function createFormReader(): ReadForm {
  const read = new Map<Element, Fields>();
  return (element, selector) => {
    const form = findForm(element, selector);
    if (typeof form === "string") return form;
    const known = read.get(form) ?? readFields(form);
    read.set(form, known);
    const isSubmitter = element.localName === "button" ||
      element.localName === "input" && element.getAttribute("type") === "submit";
    const name = isSubmitter && element.getAttribute("name");
    const fields = new Map(known);
    if (name) fields.set(name, [...fields.get(name) ?? [], element.getAttribute("value") ?? ""]);
    return {
      // Names such as `constructor` are fields like others: no object is asked for them.
      fields: Object.fromEntries([...fields].map(([name, values]) => [name, values.length > 1 ? values : values[0]])),
      encoding: form.getAttribute("enctype") === "multipart/form-data" ? "multipart" : "urlencoded",
    };
  };
}

/** Finds the form of an action. The client throws for a selector that is not valid, or that names something else. */
function findForm(element: Element, selector: unknown): Element | string {
  if (!selector) return element.closest("form") ?? "there is no form around its element";
  if (typeof selector !== "string" || !isSelector(selector)) return "the selector of its form is not valid";
  const form = element.ownerDocument.querySelector(selector);
  if (!form) return "its selector finds no form";
  return form.localName === "form" ? form : `its selector finds a <${form.localName}>, and not a form`;
}

/** The values of the fields of a form, by name. */
type Fields = ReadonlyMap<string, readonly string[]>;

function readFields(form: Element): Fields {
  const fields = new Map<string, string[]>();
  const add = (name: string, value: string) => {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  };
  for (const control of form.querySelectorAll<Control>("input, select, textarea")) {
    const { localName, type, name } = control;
    if (name === "" || control.closest("fieldset[disabled]") || control.hasAttribute("disabled")) continue;
    if (["submit", "button", "reset", "image", "file"].includes(type)) continue;
    if (["checkbox", "radio"].includes(type) && !(control as HTMLInputElement).checked) continue;
    if (localName !== "select") add(name, control.value || (type === "checkbox" ? "on" : ""));
    else for (const { value } of (control as HTMLSelectElement).selectedOptions) add(name, value);
  }
  return fields;
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
  const quote = (name: string) => name.replace(/\r\n|\r|\n/g, "%0D%0A").replaceAll('"', "%22");
  return pairs.map(([name, value]) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`
  ).join("") + `--${boundary}--\r\n`;
}
