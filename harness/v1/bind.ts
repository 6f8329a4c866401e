/**
 * `data-bind`: a control and a signal with the same value [V1-APP-14].
 *
 * @module
 */

import { mergePath, readPath, SignalGroup, toData } from "./signals.ts";
import { type ClientState, recordUnevaluated } from "./state.ts";

/** The value of a signal whose radio buttons are all unchecked. JSON leaves it out. */
const unchecked = Symbol("unchecked");

/** The way in which a kind of control has its value. */
interface Adapter {
  /** Reads the value. `type` is the type of the signal's value. */
  read: (control: HTMLInputElement, type: string) => unknown;
  write: (control: HTMLInputElement, value: unknown) => void;
}

const byValue = (isTextWithoutSignal: boolean): Adapter => ({
  read: ({ value }, type) => type === "string" || isTextWithoutSignal && type === "undefined" ? value : Number(value),
  write: (control, value) => control.value = `${value}`,
});

const text: Adapter = { read: ({ value }) => value, write: (control, value) => control.value = value as string };

const checkbox: Adapter = {
  read({ value, checked }, type) {
    if (value === "on") return type === "string" ? (checked ? value : "") : checked;
    return type === "boolean" ? checked : checked ? value : "";
  },
  write: (control, value) => control.checked = typeof value === "string" ? value === control.value : value as boolean,
};

const radio: Adapter = {
  read: ({ value, checked }, type) => checked ? (type === "number" ? Number(value) : value) : unchecked,
  write: (control, value) =>
    control.checked = value === (typeof value === "number" ? Number(control.value) : control.value),
};

function adapterOf(control: HTMLInputElement): Adapter | undefined {
  if (control.localName === "textarea") return text;
  if (control.localName === "select") {
    return (control as unknown as HTMLSelectElement).multiple ? undefined : byValue(true);
  }
  switch (control.type) {
    case "range":
    case "number":
      return byValue(false);
    case "checkbox":
      return checkbox;
    case "radio":
      return radio;
    case "file":
      return undefined;
    default:
      return byValue(true);
  }
}

/** Binds a control to the signal at a path. Returns a function that ends it. */
export function bindElement(state: ClientState, control: HTMLInputElement, path: string): (() => void) | void {
  const { signals, budget } = state;
  const adapter = adapterOf(control);
  const initial = readPath(signals, path);
  if (!adapter || initial instanceof SignalGroup) return recordUnevaluated(state, "data-bind", path);
  if (control.type === "radio" && !control.getAttribute("name")) control.setAttribute("name", path);
  if (control.type === "radio" && initial === undefined) {
    const group = [...state.document.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    const checked = group.find((other) => other.checked && isBoundTo(other, control));
    if (checked) mergePath(signals, path, checked.value, true, budget);
  }
  mergePath(signals, path, adapter.read(control, typeof initial), true, budget);

  const takeOver = () => {
    const current = readPath(signals, path);
    if (current === undefined || current === null) return;
    const read = adapter.read(control, typeof current);
    if (read !== unchecked) mergePath(signals, path, read, false, state.budget);
  };
  control.addEventListener("datastar-prop-change", takeOver);
  const effect = signals.start(() => adapter.write(control, toData(signals, readPath(signals, path))));
  return () => {
    signals.end(effect);
    control.removeEventListener("datastar-prop-change", takeOver);
  };
}

/** Whether two radio buttons have the same attribute of binding. */
function isBoundTo(other: Element, control: Element): boolean {
  return [...control.attributes].some(({ name, value }) =>
    name.startsWith("data-bind") && other.getAttribute(name) === value
  );
}
