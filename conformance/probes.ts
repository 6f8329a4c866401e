/**
 * Texts that try to become more than text. Each has a word in it that no server has of itself: where that word is found
 * as the name of an element, of an attribute, in code or in an address, the text has got there. Whatever else differs
 * from answer to answer, such as a counter or a token, says nothing.
 */

/** The word. */
export const intruder = "intruder";

/**
 * The texts, by name. Where a character would end something, it is there twice in most of them: a server may escape the
 * first one only. Each is short, for a server that shortens what it gets.
 */
export const probes = {
  // HTML.
  "tag": "<i><intruder>",
  "open-tag": "<intruder a=",
  "reference-tag": "&lt;intruder&gt;",
  "nul-tag": "<\0intruder>",
  "comment": "-->--><intruder>",
  "comment-bang": "--!>--!><intruder>",
  "comment-start": "><intruder>",
  "comment-dash": "-><intruder>",
  "cdata": "]]>]]><intruder>",
  "end-code": "</script></style><intruder>",
  "end-code-spelling": "</Script ></Style ><intruder>",
  "end-text": "</title></textarea><intruder>",
  "end-text-spelling": "</Title ></Textarea ><intruder>",
  "end-raw": "</noscript></iframe></xmp><intruder>",
  "end-raw-old": "</noembed></noframes><intruder>",
  "end-others": "</select></svg></math></template><intruder>",
  // Attributes.
  "double-quote": `" intruder="" intruder="`,
  "single-quote": `' intruder='' intruder='`,
  "space": "a intruder=b",
  "tab": "a\tintruder=b",
  "form-feed": "a\fintruder=b",
  "name": "intruder a",
  // Strings in code. `encodeURIComponent` leaves `'` and `*` as they are.
  "code-double": `"*intruder*"*intruder*"`,
  "code-single": `'*intruder*'*intruder*'`,
  "code-backtick": "`*intruder*`*intruder*`",
  "code-template": "${intruder}",
  "code-backslash-double": `\\"*intruder*\\"`,
  "code-backslash-single": `\\'*intruder*\\'`,
  "code-backslash-backtick": "\\`*intruder*\\`",
  "code-backslash-template": "\\${intruder}",
  "code-reference-double": "&quot;*intruder*&quot;",
  "code-reference-single": "&#39;*intruder*&#39;",
  "code-regexp": "a/-intruder-/a",
  "code-comment": "*/intruder/*",
  "code-line": "a\nintruder",
  "code-separator": "a\u2028intruder",
  "signal-double": `","intruder":"`,
  "signal-single": `','intruder':'`,
  // Styles and selectors.
  "style": "a);}intruder{",
  "selector-double": `a"],intruder,[b="`,
  "selector-single": `a'],intruder,[b='`,
  // Addresses.
  "script-url": "javascript:intruder()",
  "script-url-hidden": "\x01Java\tScript:intruder()",
  "data-url": "data:text/html,<intruder>",
  "scheme": "intruder:a",
  "host": "//intruder.invalid/a",
  "host-slash": "/intruder.invalid/a",
  "host-backslash": "/\\intruder.invalid/a",
  "host-user": "@intruder.invalid/a",
  "host-suffix": ".intruder.invalid/a",
  "host-list": "a 1x, //intruder.invalid/a 2x",
  "path": "a/../../../intruder",
  "parameter": "a&intruder=b",
  // Lines of the stream.
  "lf": "a\n\nevent: intruder\ndata: intruder\n\nb",
  "cr": "a\r\revent: intruder\rdata: intruder\r\rb",
  "crlf": "a\r\n\r\nevent: intruder\r\ndata: intruder\r\n\r\nb",
  "option-lf": "a\nselector intruder\nb",
  "option-cr": "a\rselector intruder\rb",
  "option-separator": "a\u2028selector intruder\u2028b",
} as const;

/** The name of such a text. */
export type ProbeName = keyof typeof probes;

/** The names, in the order in which the requests are made. */
export const probeNames = Object.keys(probes) as ProbeName[];
