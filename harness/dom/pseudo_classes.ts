/**
 * The pseudo-classes that a document alone decides.
 *
 * @module
 */

import { isHtml, svgNamespace } from "./html.ts";

/** The names of these pseudo-classes; the positions, such as `:first-child`, are not among them. */
export const documentPseudoClasses: ReadonlySet<string> = new Set(
  ("root scope empty link any-link -webkit-any-link enabled disabled checked default required optional read-only " +
    "read-write valid invalid in-range out-of-range indeterminate placeholder-shown defined open").split(" "),
);

/** Whether an element matches a pseudo-class; `argument` is that of `:lang()` and `:dir()`. */
export function matchesPseudoClass(element: Element, name: string, argument: string): boolean {
  switch (name) {
    case "root":
    case "scope":
      return element === element.ownerDocument.documentElement;
    case "empty":
      return [...element.childNodes].every(({ nodeType, nodeValue }) =>
        nodeType === 7 || nodeType === 8 || (nodeType === 3 && nodeValue === "")
      );
    case "link":
    case "any-link":
    case "-webkit-any-link":
      return isHtml(element, "a", "area")
        ? element.hasAttribute("href")
        : element.localName === "a" && element.namespaceURI === svgNamespace &&
          (element.hasAttribute("href") || element.hasAttribute("xlink:href"));
    case "defined":
      return !isHtml(element) || !element.localName.includes("-");
    case "open":
      return isHtml(element, "details", "dialog") && element.hasAttribute("open");
    case "lang":
      return `${languageOf(element)}-`.startsWith(`${argument}-`);
    case "dir":
      return directionOf(element) === argument;
    case "enabled":
      return isHtml(element, ...controls) && !isDisabled(element);
    case "disabled":
      return isHtml(element, ...controls) && isDisabled(element);
    case "read-write":
      return isWritable(element);
    case "read-only":
      return isHtml(element) && !isWritable(element);
    case "valid":
      return isValid(element) === true;
    case "invalid":
      return isValid(element) === false;
    default:
      return isHtml(element) && matchesControl(element as HTMLInputElement, name);
  }
}

function languageOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const language = at.getAttribute("lang") ?? at.getAttribute("xml:lang");
    if (language !== null) return language.toLowerCase();
  }
  return "";
}

/** The direction of an element's text, by its nearest `dir`. */
function directionOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (!isHtml(at)) continue;
    const dir = at.getAttribute("dir")?.toLowerCase() ?? "";
    if (dir === "ltr" || dir === "rtl") return dir;
    if (dir === "auto" || at.localName === "bdi") return directionOfText(at) ?? "ltr";
    if (typeOf(at) === "tel") return "ltr";
  }
  return "ltr";
}

/** The direction of the first letter that has one. */
function directionOfText(element: Element): "ltr" | "rtl" | undefined {
  const texts = isHtml(element, "input", "textarea") ? [(element as HTMLInputElement).value] : textsIn(element);
  const letter = /\p{L}/u.exec(texts.join(""))?.[0];
  const rightToLeft = /[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Samr}\p{sc=Mand}\p{sc=Adlm}]/u;
  if (letter) return rightToLeft.test(letter) ? "rtl" : "ltr";
}

/** The texts in an element whose direction is its own. */
function textsIn(element: Element): string[] {
  return [...element.childNodes].flatMap((node) => {
    if (node.nodeType === 3) return [node.nodeValue!];
    const child = node as Element;
    const isApart = node.nodeType !== 1 || isHtml(child, "bdi", "script", "style", "textarea") ||
      child.hasAttribute("dir");
    return isApart ? [] : textsIn(child);
  });
}

const controls = ["button", "input", "select", "textarea", "optgroup", "option", "fieldset"];

function isDisabled(element: Element): boolean {
  if (element.hasAttribute("disabled")) return true;
  const { parentElement } = element;
  if (element.localName === "optgroup") return false;
  if (element.localName === "option") {
    return parentElement?.localName === "optgroup" && parentElement.hasAttribute("disabled");
  }
  let inside = element;
  for (let at = parentElement; at; inside = at, at = at.parentElement) {
    if (!isHtml(at, "fieldset") || !at.hasAttribute("disabled")) continue;
    if (inside !== [...at.children].find((child) => isHtml(child, "legend"))) return true;
  }
  return false;
}

/** The type of an `<input>`; undefined for other elements. */
function typeOf(element: Element): string | undefined {
  if (!isHtml(element, "input")) return;
  const type = element.getAttribute("type")?.toLowerCase() ?? "text";
  return inputTypes.includes(type) ? type : "text";
}

const textTypes = ["text", "search", "tel", "url", "email", "password"];
const rangeTypes = ["date", "month", "week", "time", "datetime-local", "number", "range"];
const writableTypes = [...textTypes, ...rangeTypes.filter((type) => type !== "range")];
const buttonTypes = ["submit", "image", "reset", "button"];
const inputTypes = [...textTypes, ...rangeTypes, ...buttonTypes, "hidden", "color", "checkbox", "radio", "file"];

function isWritable(element: Element): boolean {
  const type = typeOf(element);
  if (isHtml(element, "textarea") || (type && writableTypes.includes(type))) {
    return !element.hasAttribute("readonly") && !isDisabled(element);
  }
  for (let at: Element | null = element; at; at = at.parentElement) {
    const editable = isHtml(at) ? at.getAttribute("contenteditable")?.toLowerCase() : undefined;
    if (editable === "false") return false;
    if (editable !== undefined && ["", "true", "plaintext-only"].includes(editable)) return true;
  }
  return false;
}

/** Whether a control's value is valid, or all in a form or fieldset are; undefined for what is never checked. */
function isValid(element: Element): boolean | undefined {
  if (isHtml(element, "form", "fieldset")) {
    const { elements } = element as HTMLFormElement;
    return [...elements].every((control) => isHtml(control, "fieldset") || isValid(control) !== false);
  }
  if (!isChecked(element)) return;
  const control = element as HTMLInputElement;
  if (typeOf(element) === "radio") {
    return hasCheckedRadio(control) || !groupOf(control).some(({ required }) => required);
  }
  return control.validity.valid && !isOutOfRange(control);
}

/** Whether a value is below `min` or above `max`. */
function isOutOfRange(element: HTMLInputElement): boolean {
  const { value, validity, min, max } = element;
  const type = typeOf(element);
  if (type === "number" || type === "range") return validity.rangeUnderflow || validity.rangeOverflow;
  // The values of the other types are written so that a text which is less is earlier. happy-dom does not compare them.
  return rangeTypes.includes(type!) && value !== "" && (value < min || (max !== "" && value > max));
}

/** Whether the browser checks a control's value before it sends a form. */
function isChecked(element: Element): boolean {
  if (!isHtml(element, "input", "button", "select", "textarea") || isDisabled(element)) return false;
  if (element.closest("datalist")) return false;
  if (isHtml(element, "button")) return !/^(reset|button)$/i.test(element.getAttribute("type") ?? "");
  const type = typeOf(element);
  if (type === "hidden" || type === "reset" || type === "button") return false;
  return isHtml(element, "select") || !element.hasAttribute("readonly");
}

/** Whether a control matches a pseudo-class that only controls do. */
function matchesControl(element: HTMLInputElement, name: string): boolean {
  const type = typeOf(element);
  const isBox = type === "checkbox" || type === "radio";
  switch (name) {
    case "checked":
      return isBox ? element.checked : isHtml(element, "option") && (element as unknown as HTMLOptionElement).selected;
    case "default":
      if (isBox) return element.hasAttribute("checked");
      if (isHtml(element, "option")) return element.hasAttribute("selected");
      return isSubmit(element) && [...element.ownerDocument.querySelectorAll("button, input")]
            .find((other) => isSubmit(other) && (other as HTMLInputElement).form === element.form) === element &&
        element.form !== null;
    case "required":
    case "optional": {
      const canBe = isHtml(element, "select", "textarea") ||
        (type !== undefined && !["hidden", "range", "color", ...buttonTypes].includes(type));
      const isRequired = canBe && element.hasAttribute("required");
      return name === "required" ? isRequired : isHtml(element, "button", "input", "select", "textarea") && !isRequired;
    }
    case "in-range":
    case "out-of-range": {
      if (!type || !rangeTypes.includes(type) || !isChecked(element)) return false;
      if (type !== "range" && !element.hasAttribute("min") && !element.hasAttribute("max")) return false;
      return isOutOfRange(element) === (name === "out-of-range");
    }
    case "indeterminate":
      if (isHtml(element, "progress")) return !element.hasAttribute("value");
      return type === "radio" ? !hasCheckedRadio(element) : type === "checkbox" && element.indeterminate;
    default: // placeholder-shown
      return (isHtml(element, "textarea") || type === "number" || textTypes.includes(type ?? "")) &&
        element.hasAttribute("placeholder") && element.value === "";
  }
}

function isSubmit(element: Element): boolean {
  const type = typeOf(element);
  if (isHtml(element, "button")) return !/^(reset|button)$/i.test(element.getAttribute("type") ?? "");
  return type === "submit" || type === "image";
}

/** The radio buttons of which only one can be checked. */
function groupOf(radio: HTMLInputElement): HTMLInputElement[] {
  const { name, form, ownerDocument } = radio;
  if (name === "") return [radio];
  return [...ownerDocument.getElementsByTagName("input")].filter((other) =>
    typeOf(other) === "radio" && other.name === name && other.form === form
  );
}

function hasCheckedRadio(radio: HTMLInputElement): boolean {
  return groupOf(radio).some(({ checked }) => checked);
}
