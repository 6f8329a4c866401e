/**
 * Parses HTML with the standard's algorithm as Chromium 156 has it. parse5 has an older one. In Chromium
 *
 * - a `<select>` may contain other elements,
 * - `<?x y?>` is a processing instruction,
 * - a CDATA section may stand directly in elements such as `<desc>`, in which SVG and MathML contain HTML,
 * - the content of a template that begins with an element such as `<title>` has no rows and cells of a table.
 *
 * @module
 */

import { type DefaultTreeAdapterTypes, html as names, InsertionMode, Parser, type Token } from "parse5"; // the standard's own algorithm

type Tree = DefaultTreeAdapterTypes.DefaultTreeAdapterMap;

/** Parses a whole page. Each node has its place in the source. */
export function parsePage(html: string, scriptingEnabled = true): DefaultTreeAdapterTypes.Document {
  return ChromiumParser.parse<Tree>(html, { sourceCodeLocationInfo: true, scriptingEnabled });
}

/** Parses the content of an element. Each node has its place in the source. */
export function parseContent(
  html: string,
  context: DefaultTreeAdapterTypes.Element,
  scriptingEnabled: boolean,
): DefaultTreeAdapterTypes.DocumentFragment {
  const parser = ChromiumParser.getFragmentParser<Tree>(context, { sourceCodeLocationInfo: true, scriptingEnabled });
  parser.tokenizer.write(html, true);
  return parser.getFragment();
}

/** A processing instruction: `<?target data?>`. */
export interface Instruction {
  target: string;
  data: string;
}

/**
 * Reads what parse5 takes for a comment: `<?target data?>` is a processing instruction unless it is one of XML. Returns
 * `undefined` for a comment, and `null` for an instruction that the source does not end: it gives no node.
 */
export function readInstruction(
  { data: text, sourceCodeLocation }: DefaultTreeAdapterTypes.CommentNode,
  html: string,
): Instruction | null | undefined {
  const { startOffset, endOffset } = sourceCodeLocation!;
  if (!html.startsWith("<?", startOffset)) return undefined;
  const isEnded = html[endOffset - 1] === ">";
  if (!isEnded && /^\?([a-z_][\w-]*)?$/i.test(text)) return null;
  const [, target, data] = /^\?([a-z_][\w-]*)(?=[\t\n\f ?]|$)[\t\n\f ]*([^]*?)\??$/i.exec(text) ?? [];
  if (target === undefined || /^xml(-stylesheet)?$/i.test(target)) return undefined;
  return isEnded ? { target, data } : null;
}

const { SELECT, OPTION, OPTGROUP, HR, INPUT, P, H1, H2, H3, H4, H5, H6, BASE, BASEFONT, BGSOUND, NOFRAMES, TITLE } =
  names.TAG_ID;
const { IN_SELECT, IN_SELECT_IN_TABLE, IN_TABLE, IN_TABLE_BODY, IN_ROW, IN_TEMPLATE, IN_BODY } = InsertionMode;

/** Elements that make the content of a template that of a body, from which rows and cells are left out. */
const bodyTags = new Set([BASE, BASEFONT, BGSOUND, NOFRAMES, SELECT, TITLE]);

/**
 * parse5's parser without the modes "in select" and "in select in table", which the standard has dropped. To it, a
 * processing instruction is a comment: see {@linkcode readInstruction}.
 *
 * @internal
 */
export class ChromiumParser extends Parser<Tree> {
  /** The insertion mode in which the last element was inserted. */
  #lastMode = InsertionMode.INITIAL;

  constructor(...options: ConstructorParameters<typeof Parser<Tree>>) {
    super(...options);
    const { tokenizer } = this;
    endScopesAtSelect(this.openElements);
    const readDeclaration = tokenizer["_stateMarkupDeclarationOpen"].bind(tokenizer);
    tokenizer["_stateMarkupDeclarationOpen"] = (character) => {
      const { inForeignNode } = tokenizer;
      tokenizer.inForeignNode = this.currentNotInHTML; // so that a CDATA section may stand here
      readDeclaration(character);
      tokenizer.inForeignNode = inForeignNode;
    };
  }

  override _resetInsertionModeForSelect(): void {
    this.insertionMode = IN_BODY; // as the content of a `<select>`: one that is open decides nothing
  }

  override _insertElement(token: Token.TagToken, namespace: names.NS): void {
    this.#lastMode = this.insertionMode;
    super._insertElement(token, namespace);
  }

  override _startTagOutsideForeignContent(token: Token.TagToken): void {
    const { openElements, insertionMode, tmplInsertionModeStack } = this;
    if (insertionMode === IN_TEMPLATE && bodyTags.has(token.tagID)) {
      this.insertionMode = tmplInsertionModeStack[tmplInsertionModeStack.length - 1] = IN_BODY;
    }
    const isInSelect = this.#isInSelect();
    if (isInSelect && token.tagID === SELECT) return openElements.popUntilTagNamePopped(SELECT);
    if (token.tagID === SELECT && this.fragmentContextID === SELECT) return;
    if (isInSelect) this.#closeBefore(token);
    super._startTagOutsideForeignContent(token);
    if (this.insertionMode === IN_SELECT || this.insertionMode === IN_SELECT_IN_TABLE) {
      this.insertionMode = this.#lastMode;
    }
  }

  #isInSelect(): boolean {
    return this.openElements.depth > 0 && this.openElements.hasInScope(SELECT); // everything is in an empty scope
  }

  /** Closes what may not contain an element that begins within a `<select>`. */
  #closeBefore({ tagID, attrs }: Token.TagToken): void {
    const { openElements } = this;
    if (tagID === INPUT) {
      const isInTable = [IN_TABLE, IN_TABLE_BODY, IN_ROW].includes(this.insertionMode);
      const isHidden = attrs.some(({ name, value }) => name === "type" && value.toLowerCase() === "hidden");
      if (!isInTable || !isHidden) openElements.popUntilTagNamePopped(SELECT);
    }
    if (tagID === HR && openElements.hasInButtonScope(P)) this._closePElement();
    if (tagID === HR || tagID === OPTGROUP) openElements.generateImpliedEndTags();
    if (tagID === OPTION) openElements.generateImpliedEndTagsWithExclusion(OPTGROUP);
  }

  override _endTagOutsideForeignContent(token: Token.TagToken): void {
    if (token.tagID !== SELECT) return super._endTagOutsideForeignContent(token);
    if (!this.#isInSelect()) return;
    this.openElements.generateImpliedEndTags();
    this.openElements.popUntilTagNamePopped(SELECT);
  }
}

/** Lets a `<select>` end each scope but that of a table, and no longer decide the insertion mode. */
function endScopesAtSelect(openElements: Parser<Tree>["openElements"]): void {
  const isInSelect = (slot: number) => slot < openElements.indexOfTopmost(SELECT);
  for (const name of ["hasInScope", "hasInButtonScope", "hasInListItemScope"] as const) {
    const isInScope = openElements[name].bind(openElements);
    openElements[name] = (tag: names.TAG_ID, element?: DefaultTreeAdapterTypes.Element | null) =>
      !isInSelect(element ? openElements._indexOf(element) : openElements.indexOfTopmost(tag)) &&
      isInScope(tag, element);
  }
  const isHeaderInScope = openElements.hasNumberedHeaderInScope.bind(openElements);
  const indexOfTopmostOf = openElements.indexOfTopmostOf.bind(openElements);
  openElements.hasNumberedHeaderInScope = () =>
    !isInSelect(indexOfTopmostOf([H1, H2, H3, H4, H5, H6])) && isHeaderInScope();
  openElements.indexOfTopmostOf = (tags) => indexOfTopmostOf(tags.filter((tag) => tag !== SELECT));
}
