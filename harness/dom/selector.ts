/**
 * Finds elements by selector as Chromium does, in a time that grows with the number of elements times the length of the
 * selector. Each part of a selector is looked up for all elements of the document at once, so nothing is tried twice.
 *
 * No library comes near Chromium: of 787 selectors of tests/selectors.json @asamuzakjp/dom-selector 10.0.6 differs in 154,
 * nwsapi 2.2.28 in 208, css-select 7.0.0 in 279 and happy-dom itself in 342, most often in what is a selector. And none of
 * them can be interrupted.
 *
 * @module
 */

import { type Budget, createBudget } from "../limits.ts";
import { isHtml } from "./html.ts";
import { matchesPseudoClass } from "./pseudo_classes.ts";
import {
  type Compound,
  parseSelectorList,
  type Part,
  type Selector,
  type SelectorList,
  windowPseudoClasses,
} from "./selector_text.ts";

/** The elements that a selector matches. */
export interface Found {
  /** The elements, in document order. */
  elements: Element[];
  /** Whether there may be more, by the state of a window, as for `:focus`: a document alone does not tell. */
  mayBeMore: boolean;
}

/** Finds the elements that a selector matches. Returns undefined if it is not a selector. */
export function findInDocument(document: Document, selector: string, budget: Budget): Found | undefined {
  // Most selectors are an id, and happy-dom finds one three times as fast as the list of all elements is made.
  if (/^#[a-z_][\w-]*$/i.test(selector)) {
    return { elements: [...document.querySelectorAll(selector)], mayBeMore: false };
  }
  const list = parseSelectorList(selector, budget);
  if (!list) return;
  const places = listPlaces(document, budget);
  const [certain, possible] = createQueries(places, budget);
  const met = findList(list, certain);
  const elements = places.filter((place) => met.has(place)).map(({ element }) => element);
  const isUncertain = certain.isUncertain || possible.isUncertain;
  return { elements, mayBeMore: isUncertain && findList(list, possible).size > met.size };
}

/**
 * Whether a browser accepts a selector.
 *
 * @throws {RangeError} If it is too deep or takes too long to read.
 */
export function isSelector(text: string): boolean {
  return parseSelectorList(text, createBudget()) !== undefined;
}

/** An element with its neighbours. */
interface Place {
  element: Element;
  parent?: Place;
  previous?: Place;
  children: Place[];
}

/** Lists all elements of a document, in document order. */
function listPlaces(document: Document, budget: Budget): Place[] {
  const places: Place[] = [];
  const top: Place[] = [...document.children].map((element) => ({ element, children: [] }));
  const open = top.toReversed();
  while (open.length > 0) {
    const parent = open.pop()!;
    budget.checkTime();
    places.push(parent);
    let previous: Place | undefined;
    for (const element of parent.element.children) {
      previous = { element, parent, previous, children: [] };
      parent.children.push(previous);
    }
    for (let i = parent.children.length - 1; i >= 0; i--) open.push(parent.children[i]);
  }
  return places;
}

/** The work on one selector. */
interface Query {
  places: Place[];
  budget: Budget;
  /** Whether a pseudo-class that depends on the state of a window counts as true. */
  isHopeful: boolean;
  /** The query in which it counts as the opposite, for the inside of a `:not()`. */
  opposite: Query;
  /** Whether such a pseudo-class was met. */
  isUncertain: boolean;
  /** The places that lists and `:nth-child()` inside a selector match. */
  known: Map<object, Set<Place>>;
}

function createQueries(places: Place[], budget: Budget): Query[] {
  const [first, second] = [false, true].map((isHopeful) => ({
    places,
    budget,
    isHopeful,
    isUncertain: false,
    known: new Map<object, Set<Place>>(),
  } as Query));
  first.opposite = second;
  second.opposite = first;
  return [first, second];
}

/** The places that something inside a selector matches, found once. */
function findOnce(key: object, query: Query, find: () => Set<Place>): Set<Place> {
  let places = query.known.get(key);
  if (!places) query.known.set(key, places = find());
  return places;
}

function findList(list: SelectorList, query: Query): Set<Place> {
  return findOnce(list, query, () => {
    const met = new Set<Place>();
    for (const selector of list.selectors) for (const place of findSelector(selector, query)) met.add(place);
    return met;
  });
}

/** Follows the compounds from the left to the right. */
function findSelector({ compounds, combinators }: Selector, query: Query): Set<Place> {
  let from: Set<Place> | undefined;
  for (const [i, compound] of compounds.entries()) {
    const combinator = combinators[i];
    const isFar = combinator === " " || combinator === "~";
    const isDown = combinator === " " || combinator === ">";
    const linked = new Set<Place>();
    const met = new Set<Place>();
    for (const place of query.places) {
      query.budget.checkTime();
      if (from) {
        // The other place comes earlier in the document, so its links are known already.
        const other = isDown ? place.parent : place.previous;
        if (!other || !(from.has(other) || (isFar && linked.has(other)))) continue;
        linked.add(place);
      }
      if (matchesCompound(place, compound, query)) met.add(place);
    }
    from = met;
  }
  return from!;
}

/** Follows the compounds of a selector of `:has()` from the right to the left, up to the elements that have them. */
function findHolders({ compounds, combinators }: Selector, query: Query): Set<Place> {
  let from = new Set(query.places);
  for (let i = compounds.length - 1; i >= 0; i--) {
    const isFar = combinators[i] === " " || combinators[i] === "~";
    const isDown = combinators[i] === " " || combinators[i] === ">";
    const linked = new Set<Place>();
    for (const place of from) {
      query.budget.checkTime();
      if (!matchesCompound(place, compounds[i], query)) continue;
      let other = isDown ? place.parent : place.previous;
      while (other && !linked.has(other)) {
        query.budget.checkTime();
        linked.add(other);
        other = isFar ? isDown ? other.parent : other.previous : undefined;
      }
    }
    from = linked;
  }
  return from;
}

function matchesCompound(place: Place, { parts }: Compound, query: Query): boolean {
  return parts.every((part) => matchesPart(place, part, query));
}

function matchesPart(place: Place, part: Part, query: Query): boolean {
  const { element } = place;
  switch (part.type) {
    case "nothing":
      return false;
    case "tag":
      // Chromium ignores the case of SVG's names too.
      return part.name === "*" || element.localName.toLowerCase() === part.name.toLowerCase();
    case "id":
      return element.getAttribute("id") === part.name;
    case "class":
      return hasWord(element.getAttribute("class") ?? "", part.name);
    case "attribute":
      return matchesAttribute(element, part);
    case "is":
      return findList(part.list, query).has(place);
    case "not":
      return !findList(part.list, query.opposite).has(place);
    case "has":
      return findOnce(part, query, () => {
        const met = new Set<Place>();
        for (const selector of part.list.selectors) for (const holder of findHolders(selector, query)) met.add(holder);
        return met;
      }).has(place);
    case "nth":
      return findOnce(part, query, () => findNth(part, query)).has(place);
    case "pseudo-class":
      if (!windowPseudoClasses.has(part.name)) return matchesPseudoClass(element, part.name, part.argument);
      query.isUncertain = true;
      return query.isHopeful;
  }
}

const hasWord = (text: string, word: string) => text.split(/[ \t\n\f\r]/).includes(word);

/** Attributes of HTML whose values selectors compare without case, as the HTML standard lists them. */
const attributesWithoutCase = new Set(
  ("accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir " +
    "direction disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref noresize " +
    "noshade nowrap readonly rel rev rules scope scrolling selected shape target text type valign valuetype vlink")
    .split(" "),
);

function matchesAttribute(element: Element, part: Extract<Part, { type: "attribute" }>): boolean {
  const wanted = part.name.toLowerCase();
  const { operator } = part;
  const ignoresCase = part.ignoresCase || (isHtml(element) && attributesWithoutCase.has(wanted));
  // Only the case of A to Z is ignored.
  const fold = (text: string) => ignoresCase ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
  const value = fold(part.value);
  return [...element.attributes].some((attribute) => {
    const isNamed = attribute.namespaceURI === null
      ? attribute.name.toLowerCase() === wanted
      : part.anyNamespace && attribute.localName?.toLowerCase() === wanted;
    return isNamed && (operator === undefined || compareValue(fold(attribute.value), operator, value));
  });
}

function compareValue(actual: string, operator: string, value: string): boolean {
  switch (operator) {
    case "=":
      return actual === value;
    case "~=":
      return value !== "" && hasWord(actual, value);
    case "|=":
      return actual === value || actual.startsWith(`${value}-`);
    case "^=":
      return value !== "" && actual.startsWith(value);
    case "$=":
      return value !== "" && actual.endsWith(value);
    default:
      return value !== "" && actual.includes(value);
  }
}

/** The places whose number among their siblings is `step` times a number, plus `offset`. */
function findNth({ name, step, offset, of }: Extract<Part, { type: "nth" }>, query: Query): Set<Place> {
  const counted = of && findList(of, query);
  const isByType = name.endsWith("type");
  const met = new Set<Place>();
  const root = query.places.filter(({ parent }) => !parent);
  for (const children of [root, ...query.places.map(({ children }) => children)]) {
    const numbers = new Map<string, number>();
    for (const place of name.startsWith("nth-last") ? children.toReversed() : children) {
      query.budget.checkTime();
      if (counted && !counted.has(place)) continue;
      const { localName, namespaceURI } = place.element;
      const key = isByType ? `${namespaceURI} ${localName}` : "";
      const number = (numbers.get(key) ?? 0) + 1;
      numbers.set(key, number);
      const steps = (number - offset) / step;
      if (step === 0 ? number === offset : steps >= 0 && Number.isInteger(steps)) met.add(place);
    }
  }
  return met;
}
