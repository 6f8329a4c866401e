/**
 * Form controls with the live values that Chromium gives them: what a form would send. happy-dom's own follow the HTML
 * standard in parts only: it does not make values valid, and chooses other options.
 *
 * @module
 */

import {
  type Attr,
  type Document,
  HTMLFormElement,
  HTMLInputElement,
  HTMLLIElement,
  HTMLMeterElement,
  HTMLOptionElement,
  HTMLProgressElement,
  HTMLSelectElement,
  HTMLTextAreaElement,
  type Node,
  PropertySymbol,
  type Window,
} from "happy-dom"; // a DOM outside of a browser
import { sanitizeValue } from "./values.ts";

/** Makes a window create these controls, from now on. */
export function useLiveControls(window: Window): void {
  Object.assign(window, {
    HTMLFormElement: Form,
    HTMLInputElement: Input,
    HTMLLIElement: ListItem,
    HTMLMeterElement: Meter,
    HTMLOptionElement: Option,
    HTMLProgressElement: Progress,
    HTMLSelectElement: Select,
    HTMLTextAreaElement: TextArea,
  });
}

/** The attributes whose change makes an input's value valid again. */
const limits = ["min", "max", "step", "multiple"];

/** The meaning of an input's property `value`: the standard's "mode of the value IDL attribute". */
type ValueMode = "value" | "default" | "default/on" | "filename";

function modeOf(type: string): ValueMode {
  if (["hidden", "submit", "image", "reset", "button"].includes(type)) return "default";
  if (type === "checkbox" || type === "radio") return "default/on";
  return type === "file" ? "filename" : "value";
}

class Input extends HTMLInputElement {
  /** The mode when the type was last set; undefined until the input is first inserted, with all its attributes. */
  #mode?: ValueMode;
  #text = "";
  #isDirty = false;
  #checked?: boolean;
  #isCheckedDirty = false;

  override get value(): string {
    const mode = modeOf(this.type);
    if (mode === "filename") return "";
    if (mode !== "value") return this.getAttribute("value") ?? (mode === "default" ? "" : "on");
    return this.#mode ? this.#text : this.#sanitize(this.getAttribute("value"));
  }

  override set value(value: string | null) {
    if (modeOf(this.type) !== "value") {
      super.value = value ?? "";
      return;
    }
    this.#mode = "value";
    this.#isDirty = true;
    this.#text = this.#sanitize(value);
  }

  override get checked(): boolean {
    return this.#checked ?? this.hasAttribute("checked");
  }

  override set checked(checked: boolean) {
    this.#check(Boolean(checked));
    this.#isCheckedDirty = true;
  }

  #sanitize(text: string | null): string {
    return sanitizeValue(this as unknown as Element, this.type, String(text ?? ""));
  }

  #check(checked: boolean): void {
    this.#checked = checked;
    this.#uncheckGroup();
  }

  /** Leaves only this radio button of its group checked, if it is. */
  #uncheckGroup(): void {
    if (!this.checked || !this.#isInGroup()) return;
    const owner = formOf(this) ?? this.ownerDocument;
    const groups = checkedRadios.get(owner) ?? new Map<string, Input>();
    checkedRadios.set(owner, groups);
    const before = groups.get(this.name);
    groups.set(this.name, this);
    if (!before || before === this || !before.#isInGroup()) return;
    if (before.name !== this.name || (formOf(before) ?? before.ownerDocument) !== owner) return;
    before.#checked = false;
    before.#isCheckedDirty = true;
  }

  #isInGroup(): boolean {
    return this.type === "radio" && this.name !== "" && (this.isConnected || formOf(this) !== null);
  }

  /** Takes notice of a form that came or went: the attribute `form` may lead elsewhere now. */
  onForms(): void {
    this.#uncheckGroup();
  }

  override [PropertySymbol.connectedToNode](): void {
    super[PropertySymbol.connectedToNode]();
    if (this.hasAttribute("form")) addAssociated(this);
    if (!this.#mode) {
      this.#mode = modeOf(this.type);
      if (this.#mode === "value") this.#text = this.#sanitize(this.getAttribute("value"));
      this.#checked ??= this.hasAttribute("checked");
    }
    this.#uncheckGroup();
  }

  override [PropertySymbol.onSetAttribute](attribute: Attr, replaced: Attr | null): void {
    super[PropertySymbol.onSetAttribute](attribute, replaced);
    this.#onAttribute(attribute.name);
  }

  override [PropertySymbol.onRemoveAttribute](attribute: Attr): void {
    super[PropertySymbol.onRemoveAttribute](attribute);
    this.#onAttribute(attribute.name);
  }

  #onAttribute(name: string): void {
    if (!this.#mode) return;
    if (name === "type") this.#changeType(this.#mode, modeOf(this.type));
    else if (name === "value" && !this.#isDirty) this.#text = this.#sanitize(this.getAttribute("value"));
    else if (limits.includes(name)) this.#text = this.#sanitize(this.#text);
    else if (name === "checked" && !this.#isCheckedDirty) this.#check(this.hasAttribute("checked"));
    if (name === "form") addAssociated(this);
    if (name === "type" || name === "name" || name === "form") this.#uncheckGroup();
  }

  /** The standard's "update the type". */
  #changeType(before: ValueMode, after: ValueMode): void {
    this.#mode = after;
    if (before === "value" && (after === "default" || after === "default/on")) {
      if (this.#isDirty && this.#text !== "") this.setAttribute("value", this.#text);
      this.#text = "";
      this.#isDirty = false;
    } else if (before !== "value" && after === "value") {
      this.#isDirty = false;
      this.#text = this.#sanitize(this.getAttribute("value"));
    } else if (after === "value") {
      this.#text = this.#sanitize(this.#text);
    }
  }
}

/** The radio button of each group that was checked last, by the form or document of the group, and by its name. */
const checkedRadios = new WeakMap<HTMLFormElement | Document, Map<string, Input>>();

/** The form to which a control belongs. */
function formOf(control: Input): HTMLFormElement | null {
  const id = control.getAttribute("form");
  if (id === null || !control.isConnected) return control.closest("form") as HTMLFormElement | null;
  const owner = control.ownerDocument.getElementById(id);
  return owner?.localName === "form" ? owner as HTMLFormElement : null;
}

/** The inputs of each document that have, or had, an attribute `form`. */
const associatedInputs = new WeakMap<Document, Set<Input>>();

function addAssociated(input: Input): void {
  const { ownerDocument } = input;
  associatedInputs.set(ownerDocument, (associatedInputs.get(ownerDocument) ?? new Set()).add(input));
}

class Form extends HTMLFormElement {
  constructor() {
    super();
    overrideInProxy(this, Form.prototype);
  }

  /** The element without the proxy. */
  get withoutProxy(): Form {
    return this;
  }

  override [PropertySymbol.connectedToNode](): void {
    super[PropertySymbol.connectedToNode]();
    for (const input of associatedInputs.get(this.ownerDocument) ?? []) input.onForms();
  }

  override [PropertySymbol.disconnectedFromNode](): void {
    super[PropertySymbol.disconnectedFromNode]();
    for (const input of associatedInputs.get(this.ownerDocument) ?? []) input.onForms();
  }
}

/**
 * Makes the properties of a class reach an element that happy-dom gives out as a proxy: at the first use of a property,
 * the proxy puts happy-dom's own on the element, unless another was defined there.
 */
function overrideInProxy(element: Form | Select, prototype: Form | Select): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const isSymbol = typeof key === "symbol";
    if (isSymbol) Reflect.get(element, key); // the proxy cannot define symbols
    Object.defineProperty(
      isSymbol ? element.withoutProxy : element,
      key,
      Object.getOwnPropertyDescriptor(prototype, key)!,
    );
  }
}

class TextArea extends HTMLTextAreaElement {
  #text: string | null = null;

  /** Its text with line feeds only: the text nodes in it, until a value is set. */
  override get value(): string {
    const texts = [...this.childNodes].map((node) => node.nodeType === 3 ? node.nodeValue : "");
    return (this.#text ?? texts.join("")).replace(/\r\n?/g, "\n");
  }

  override set value(value: string | null) {
    this.#text = String(value ?? "");
  }
}

class Progress extends HTMLProgressElement {
  override get value(): number {
    const max = numberIn(this, "max", 1);
    return Math.min(Math.max(numberIn(this, "value", 0), 0), max > 0 ? max : 1);
  }

  override set value(value: number) {
    this.setAttribute("value", String(Number(value)));
  }
}

class Meter extends HTMLMeterElement {
  override get value(): number {
    const min = numberIn(this, "min", 0);
    return Math.max(Math.min(numberIn(this, "value", 0), numberIn(this, "max", 1)), min);
  }

  override set value(value: number) {
    this.setAttribute("value", String(Number(value)));
  }
}

class ListItem extends HTMLLIElement {
  override get value(): number {
    return Math.trunc(numberIn(this, "value", 0));
  }

  override set value(value: number) {
    this.setAttribute("value", String(Math.trunc(Number(value)) || 0));
  }
}

/** The number with which an attribute begins, by the rules for parsing floating-point number values. */
function numberIn(element: Meter | Progress | ListItem, name: string, other: number): number {
  const text = element.getAttribute(name)?.match(/^[\t\n\f\r ]*([+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?)/i)?.[1];
  return text === undefined ? other : Number(text);
}

class Option extends HTMLOptionElement {
  #isSelected = false;
  #isDirty = false;
  /** The select that it belongs to, while it is in one. */
  owner: Select | null = null;

  override get text(): string {
    return textOf(this).replace(/[\t\n\f\r ]+/g, " ").replace(/^ | $/g, "");
  }

  override set text(text: string) {
    this.textContent = text;
  }

  override get value(): string {
    return this.getAttribute("value") ?? this.text;
  }

  override set value(value: string) {
    super.value = value;
  }

  override get selected(): boolean {
    return this.#isSelected;
  }

  /** Chromium leaves an option of a select as it is, and not dirty, if this changes nothing. */
  override set selected(selected: boolean) {
    const before = this.#isSelected;
    this.#change(Boolean(selected));
    if (!this.owner || before !== this.#isSelected) this.#isDirty = true;
  }

  /** Marks the option as selected or not. For its select, which looks after the others. */
  mark(selected: boolean, isDirty = this.#isDirty): void {
    this.#isSelected = selected;
    this.#isDirty = isDirty;
  }

  isDisabled(): boolean {
    return this.hasAttribute("disabled") || Boolean(this.closest("optgroup")?.hasAttribute("disabled"));
  }

  #change(selected: boolean): void {
    if (this.#isSelected === selected) return;
    this.#isSelected = selected;
    if (selected) this.owner?.choose(this);
    else this.owner?.lose(this);
  }

  #findOwner(): void {
    const owner = findSelect(this);
    if (owner === this.owner) return;
    const before = this.owner;
    this.owner = owner;
    before?.lose(this);
    if (this.#isSelected) owner?.choose(this);
    else if (!this.isDisabled()) owner?.reset();
  }

  override [PropertySymbol.connectedToNode](): void {
    super[PropertySymbol.connectedToNode]();
    this.#findOwner();
  }

  override [PropertySymbol.disconnectedFromNode](): void {
    super[PropertySymbol.disconnectedFromNode]();
    this.#findOwner();
  }

  override [PropertySymbol.onSetAttribute](attribute: Attr, replaced: Attr | null): void {
    super[PropertySymbol.onSetAttribute](attribute, replaced);
    if (attribute.name === "selected" && !replaced && !this.#isDirty) this.#change(true);
  }

  override [PropertySymbol.onRemoveAttribute](attribute: Attr): void {
    super[PropertySymbol.onRemoveAttribute](attribute);
    if (attribute.name === "selected" && !this.#isDirty) this.#change(false);
  }
}

/** The standard's "nearest ancestor select" of an option: other options and a second group stand between them. */
function findSelect(option: Option): Select | null {
  let groups = 0;
  for (let at: Node | null = option.parentNode; at; at = at.parentNode) {
    if (at instanceof Select) return at;
    const name = at.nodeName.toLowerCase();
    if (name === "optgroup") groups++;
    if (groups > 1 || name === "option" || name === "datalist" || name === "hr") return null;
  }
  return null;
}

/** The text in a node, without scripts. */
function textOf(node: Node): string {
  if (node.nodeType === 3) return node.nodeValue ?? "";
  return [...node.childNodes].map((child) => child.nodeName.toLowerCase() === "script" ? "" : textOf(child)).join("");
}

/** The options in a node that belong to a select around it, one after the other: most often the first one is enough. */
function* optionsIn(node: Node): Generator<Option> {
  for (const child of node.childNodes) {
    if (child instanceof Option) {
      if (child.owner) yield child;
    } else if (!(child instanceof Select)) yield* optionsIn(child);
  }
}

/** Without private names: happy-dom gives out a proxy of each select. */
class Select extends HTMLSelectElement {
  /** The selected option, if only one can be. */
  chosen: Option | null = null;
  isMultiple = false;

  constructor() {
    super();
    overrideInProxy(this, Select.prototype);
  }

  /** The element without the proxy. */
  get withoutProxy(): Select {
    return this;
  }

  /** The standard's "list of options". */
  list(): Option[] {
    return [...optionsIn(this)];
  }

  /** Selects an option, and only this one if only one can be. */
  choose(option: Option | null, isDirty?: boolean): void {
    if (!this.isMultiple) {
      if (this.chosen !== option) this.chosen?.mark(false);
      this.chosen = option;
    }
    option?.mark(true, isDirty);
  }

  /** Takes notice of an option that is not selected any more, or is gone. */
  lose(option: Option): void {
    if (this.chosen === option) this.chosen = null;
    this.reset();
  }

  /** The standard's "selectedness setting algorithm". */
  reset(): void {
    if (this.isMultiple || this.chosen || (parseInt(this.getAttribute("size") ?? "") || 0) > 1) return;
    for (const option of optionsIn(this)) {
      if (!option.isDisabled()) return this.choose(option);
    }
  }

  override get value(): string {
    return (this.isMultiple ? this.list().find(({ selected }) => selected) : this.chosen)?.value ?? "";
  }

  override set value(value: string) {
    this.selectedIndex = this.list().findIndex((option) => option.value === String(value));
  }

  override get selectedIndex(): number {
    return this.list().findIndex(({ selected }) => selected);
  }

  override set selectedIndex(index: number) {
    const options = this.list();
    for (const option of options) option.mark(false);
    this.choose(options[index] ?? null, true);
  }

  override [PropertySymbol.onSetAttribute](attribute: Attr, replaced: Attr | null): void {
    super[PropertySymbol.onSetAttribute](attribute, replaced);
    this.onAttribute(attribute.name);
  }

  override [PropertySymbol.onRemoveAttribute](attribute: Attr): void {
    super[PropertySymbol.onRemoveAttribute](attribute);
    this.onAttribute(attribute.name);
  }

  onAttribute(name: string): void {
    if (name === "multiple" && this.isMultiple !== this.hasAttribute("multiple")) {
      // Chromium keeps the first selected option.
      const [first = null, ...others] = this.list().filter(({ selected }) => selected);
      for (const other of others) other.mark(false);
      this.isMultiple = !this.isMultiple;
      this.chosen = this.isMultiple ? null : first;
    }
    if (name === "multiple" || name === "size") this.reset();
  }

  /** Replaces happy-dom's own choice. */
  override [PropertySymbol.updateSelectedness](): void {}
}
