/**
 * The value sanitization algorithms of inputs, as the HTML standard gives them for each type.
 *
 * @module
 */

import { colord, extend } from "colord"; // the notations and names of CSS colours
import hwb from "colord/plugins/hwb";
import names from "colord/plugins/names";

extend([hwb, names]);

/** Makes a text a valid value of an input: of its type, and for some types within its other attributes. */
export function sanitizeValue(input: Element, type: string, text: string): string {
  switch (type) {
    case "text":
    case "search":
    case "tel":
    case "password":
      return withoutLineEnds(text);
    case "url":
      return trim(withoutLineEnds(text));
    case "email": {
      const addresses = input.hasAttribute("multiple") ? withoutLineEnds(text).split(",") : [withoutLineEnds(text)];
      return addresses.map(trim).join(",");
    }
    case "number":
      return isNumber(text) ? text : "";
    case "range":
      return sanitizeRange(input, text);
    case "color":
      // Chromium takes what a style may say, but no white space around it.
      return text === text.trim() && colord(text).isValid() ? colord(text).alpha(1).toHex() : "#000000";
    case "date":
    case "month":
    case "week":
    case "time":
      return isPoint[type](text) ? text : "";
    case "datetime-local":
      return sanitizeLocalTime(text);
    default:
      return text;
  }
}

const withoutLineEnds = (text: string) => text.replace(/[\r\n]/g, "");

/** Strips ASCII white space. */
const trim = (text: string) => text.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");

/** Whether a text is a valid floating-point number. */
const isNumber = (text: string) => /^-?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));

function sanitizeRange(input: Element, text: string): string {
  const numberOf = (text: string | null, other: number) => text !== null && isNumber(text) ? Number(text) : other;
  const minText = input.getAttribute("min");
  const maxText = input.getAttribute("max");
  const min = numberOf(minText, 0);
  const max = Math.max(min, numberOf(maxText, 100));
  const given = numberOf(text, (min + max) / 2);
  const value = Math.min(Math.max(given, min), max);
  // The text from which the value is.
  const valueText = value === min ? minText : value === given ? text : maxText;
  const stepText = input.getAttribute("step");
  if (stepText && trim(stepText).toLowerCase() === "any") return writeNumber(value, hasExponent(valueText));
  const step = numberOf(stepText, 1) > 0 ? numberOf(stepText, 1) : 1;
  const baseText = minText !== null && isNumber(minText) ? minText : input.getAttribute("value");
  const base = numberOf(baseText, 0);
  const steps = (value - base) / step;
  const rounded = base + Math.sign(steps) * Math.round(Math.abs(steps)) * step;
  const stepped = rounded > max ? rounded - step : rounded < min ? rounded + step : rounded;
  if (stepped < min || stepped > max) return writeNumber(value, hasExponent(valueText));
  // The browser calculates with decimal numbers.
  return writeNumber(Number(stepped.toPrecision(15)), hasExponent(valueText) && hasExponent(baseText));
}

/** Whether the digits of a number have zeros after them that are not written, as in `1e2`. */
function hasExponent(text: string | null): boolean {
  if (text === null || !isNumber(text)) return false;
  const [, fraction = "", exponent = "0"] = /(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  return Number(exponent) > fraction.length;
}

/** Chromium writes a number that has come with an exponent so again. */
const writeNumber = (value: number, isExponential: boolean) =>
  isExponential && Math.abs(value) >= 10 ? value.toExponential() : String(value);

/** Whether a text is a valid point in time of a type. */
const isPoint = {
  month: (text: string) => isDay(`${text}-01`),
  date: isDay,
  week: isWeek,
  time: isTime,
};

/** The last year that a date can have is 275760, in which its days end with 13 September. */
const lastTime = 8.64e15;

function dayOf(year: string, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month, day);
  return date;
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!year || Number(year) === 0) return false;
  const date = dayOf(year, Number(month) - 1, Number(day));
  return date.getTime() <= lastTime && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isWeek(text: string): boolean {
  const [, year, week] = /^(\d{4,6})-W(\d\d)$/.exec(text) ?? [];
  if (!year || Number(year) === 0 || week === "00") return false;
  const first = dayOf(year, 0, 1).getUTCDay();
  const last = dayOf(year, 11, 31).getUTCDay();
  // A year has 53 weeks if it begins or ends with a Thursday.
  return Number(week) <= (first === 4 || last === 4 ? 53 : 52) && isDay(`${year}-01-01`);
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?$/.test(text);
}

/** A normalized local date and time: with the shortest time, after a `T`. */
function sanitizeLocalTime(text: string): string {
  const [, day, time] = /^([^T ]*)[T ](.*)$/.exec(text) ?? [];
  if (!day || !isDay(day) || !isTime(time)) return "";
  return `${day}T${time.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace(/^(\d\d:\d\d):00$/, "$1")}`;
}
