/**
 * The lessons of the classic dialect.
 *
 * @module
 */

import type { Lesson } from "../lesson.ts";

/** The lessons, in the order in which they are meant to be read. */
export const lessons: readonly Lesson[] = [
  {
    vector: "mrg-morph-text",
    title: "One event, one fragment",
    text: [
      "A script in the page, the client, has sent a request. The server answers with server-sent events: an `event:` line names an action, the `data:` lines give its details, and a blank line ends the event. The client then carries out the action.",
      "This event contains a fragment, which is a piece of HTML. Its `id` selects an element of the page, and the client changes that element to match the fragment. (`vt false` turns the view transition off. Lesson 9 explains it, and also the empty `class` that the client leaves.)",
    ],
    task: {
      text: "In the field “Edit the bytes” below, change the price to `3.00`.",
      hint: "The HTML begins after the word `fragment`. Change the number in it.",
      goal: { page: `<h1>Tea</h1><p id="price">3.00</p>` },
      solution: { in: "stream", replace: "2.80", by: "3.00" },
    },
  },
  {
    vector: "mrg-morph-same-element",
    title: "Morph: the element stays",
    text: [
      "The `merge` option says how the client puts the fragment into the page. `morph` is the default: the client keeps the element, and changes only the attributes and children that differ.",
      "So the element keeps state that only the browser has. In this page a user has ticked the box. The event adds a `title`, and the box stays ticked. Typed text does not survive: a morph sets an input to the value in the fragment. (A tick is not part of the HTML, so these panes cannot show it. To see it, also apply the bytes with the real client.)",
    ],
    task: {
      text: "Replace the element instead, so that a new box without a tick appears.",
      hint: "The modes are `morph`, `inner`, `outer`, `prepend`, `append`, `before`, `after` and `upsert_attributes`.",
      goal: {
        page: `<label>Gift <input id="gift" type="checkbox" title="Wrapped in paper"></label>`,
        instructions: [{ type: "fragment", merge: "outer" }],
      },
      solution: { in: "stream", replace: "merge morph", by: "merge outer" },
    },
  },
  {
    vector: "mrg-inner-by-id",
    title: "Inner and outer",
    text: [
      "`inner` keeps the element and replaces its content. The fragment’s own tag is only a wrapper: the client reads its `id` to find the target, discards the `<p>`, and puts its content into the `<div>`.",
      "`outer` replaces the whole element: tag, attributes and content.",
    ],
    task: {
      text: "Replace the whole message with the `<p>` from the event, so that the class `note` is gone.",
      hint: "This time replace the element itself, not its content.",
      goal: { page: `<p id="msg">Done, <b>thanks</b></p>` },
      solution: { in: "stream", replace: "merge inner", by: "merge outer" },
    },
  },
  {
    vector: "mrg-append",
    title: "Add to the page",
    text: [
      "Four modes keep everything that is in the page and insert a new element. `prepend` and `append` insert it into the target, as the first or the last child. `before` and `after` insert it next to the target. So a log can grow by one line with each event.",
      "The `selector` option names the target. Without it, the new element would need the same `id` as the target, and the page would then contain that `id` twice.",
    ],
    task: {
      text: "Put the newest line at the top of the list.",
      hint: "The new line is still a child of the list, but now the first one.",
      goal: { page: `<ul id="log"><li>8:05 tea</li><li>8:00 up</li></ul>` },
      solution: { in: "stream", replace: "merge append", by: "merge prepend" },
    },
  },
  {
    vector: "mrg-upsert",
    title: "Upsert: attributes only",
    text: [
      "“Upsert” means “update or insert”. `merge upsert_attributes` finds the element with the fragment’s `id`, and copies each attribute of the fragment to it. It does not remove attributes, and it does not touch the content: `href` has changed, `rel` is new, `title` and the text are the same as before.",
      'The client ignores the fragment’s tag and content, so an empty element is enough. This server’s `/get` uses the mode: it sends `<main id="main">` with one new attribute, and everything in the page stays.',
    ],
    task: {
      text: "Make the same event also change the attribute `title` to `The end`.",
      hint: "Send only the attributes that should change.",
      goal: {
        page: `<a id="next" href="/3" title="The end" rel="next">Next</a>`,
        instructions: [{ type: "fragment", merge: "upsert_attributes" }],
      },
      solution: { in: "stream", replace: `rel="next"`, by: `rel="next" title="The end"` },
    },
  },
  {
    vector: "frg-all-that-match",
    title: "Choose the targets",
    text: [
      "If there is a `selector`, the client uses it instead of the fragment’s `id`. It can be any CSS selector, and every element that matches it is a target: here both prices change. `selector self` selects the element whose action made the request.",
      "Use several targets only with `inner` and `upsert_attributes`: each target gets the full change. With `append` there is only one new element. It moves from target to target and ends up in the last one.",
    ],
    task: {
      text: "Change only the second price. Edit the selector, and leave the page as it is.",
      hint: "In CSS, `a + b` selects a `b` that comes directly after an `a`.",
      goal: { page: `<p class="price">10</p><p>tea</p><p class="price"><b>12</b></p>` },
      solution: { in: "stream", replace: "p.price, p.sum", by: "p + .price" },
    },
  },
  {
    vector: "frg-keyword-repeated",
    title: "Several lines: a common mistake",
    text: [
      "A fragment can span several `data:` lines. Only the first of them begins with the word `fragment`. The client takes the following lines as they are.",
      "Here the word was written again. The client is already reading a fragment, so the second `fragment` is just text, and it appears in the page. No error warns you.",
      "The mistake is easy to make, because the rule for `datastar-signal` is the opposite: there, each line must begin with its keyword.",
    ],
    task: {
      text: "Remove the word from the page, and keep both lines.",
      hint:
        "The second line should contain only HTML: `data:`, one space, then the HTML. A second space would become text.",
      goal: { page: `<p id="price">10\n<b>euro</b></p>`, clean: true },
      solution: { in: "stream", replace: "fragment <b>", by: "<b>" },
    },
  },
  {
    vector: "frg-merge-eaten",
    title: "Text that is read as an option",
    text: [
      "The client also checks each line inside a fragment. If the first word of a line is `selector`, `merge`, `settle` or `vt`, the client reads the line as that option, even if it comes from a user’s text.",
      "Here a message from Git says `merge conflict`. There is no such mode, so the client throws `unknown-merge` and stops reading. The new price is never shown, because of one word in a text.",
    ],
    task: {
      text: "Show the message: put a space before its word `merge`.",
      hint: "The client removes one space after `data:`. Add one more.",
      goal: { page: `<p id="note">Git says:\n merge conflict\n</p><p id="price">12</p>` },
      solution: { in: "stream", replace: "data: merge conflict", by: "data:  merge conflict" },
    },
  },
  {
    vector: "vt-older-wins",
    title: "Transitions and settling",
    text: [
      "`vt true` is the default: if the browser supports view transitions, the change happens within one, which is a little later. With `vt false` the change happens at once. Here both events arrive together: the client shows `7` first, and then the older `6` replaces it.",
      "So in a stream, send `vt false` with each event. `settle` is a time in milliseconds, 500 by default. For that time the target of a morph has classes such as `datastar-settling`, which your CSS can use. If the element had no class before, it keeps an empty `class` attribute.",
    ],
    task: {
      text: "Send the same two events, but make the page show the newer price.",
      hint: "Both changes should happen at once, in the order in which they were sent.",
      goal: {
        page: `<p id="price">7</p>`,
        instructions: [
          { type: "fragment", html: `<p id="price">6</p>` },
          { type: "fragment", html: `<p id="price">7</p>` },
        ],
      },
      solution: { in: "stream", replace: "vt true", by: "vt false" },
    },
  },
  {
    vector: "sig-store",
    title: "Signals: values without HTML",
    text: [
      'The client keeps named values, called signals, in its store. `data-text="$price"` shows a signal and follows its changes. A `datastar-signal` event changes signals: the server sends no HTML, and the page still shows the new price.',
      "After `store` comes an object in JSON. The client merges it name by name: names that you leave out stay as they are, and `null` removes a name. The client runs the object as code, so put a user’s text only into a JSON string.",
    ],
    task: {
      text: "Send `7` only to pages that have no price yet. This page has one, so it keeps its `5`.",
      hint: "There is one more keyword, `onlyIfMissing`. It has its own line, and its value is `true` or `false`.",
      goal: {
        store: { price: 5 },
        instructions: [{ type: "signal", onlyIfMissing: true, store: `{"price": 7}\n` }],
      },
      solution: { in: "stream", replace: "data: store", by: "data: onlyIfMissing true\ndata: store" },
    },
  },
  {
    vector: "sto-semicolon-in-string",
    title: "The store in an attribute",
    text: [
      "A fragment can also carry values, in the attribute `data-store`. The value looks like JSON, but the client reads it as an expression of its own language: it splits the text at each `;`, and rewrites `$name` and `~name`, even inside strings.",
      "Here the note says `tea; milk`. The client splits it into two parts. Neither is valid code, so the client throws `bad-store`.",
      'To be safe, write `;`, `$`, `~`, `<`, `>`, `&`, the apostrophe and `` ` `` as `\\uXXXX`. Then escape the result for the attribute: write `"` as `&quot;`.',
    ],
    task: {
      text: "Make the note arrive with its semicolon.",
      hint: "The semicolon is 3b in hexadecimal. The four `X` stand for four digits.",
      goal: { store: { note: "tea; milk" } },
      solution: { in: "stream", replace: "tea; milk", by: "tea\\u003b milk" },
    },
  },
  {
    vector: "sse-no-event-name",
    title: "Silence: an event without a name",
    text: [
      "This lesson and the next ones are about mistakes. The first event has no `event:` line, so the client ignores it without a message. It does the same with the event names of newer versions, such as `datastar-merge-fragments`.",
      "If nothing happens at all, check the `content-type` of the response. It must begin with `text/event-stream`. Otherwise the client reads nothing, and sends the request up to ten times.",
    ],
    task: {
      text: "Make the client apply the first event.",
      hint: "Compare it with the second event.",
      goal: { page: `<p id="price">12</p><p id="note">later</p>`, clean: true },
      solution: {
        in: "stream",
        replace: `data: vt false\ndata: fragment <p id="price">`,
        by: `event: datastar-fragment\ndata: vt false\ndata: fragment <p id="price">`,
      },
    },
  },
  {
    vector: "sse-missing-blank-line",
    title: "Two events in one",
    text: [
      "Only a blank line ends an event. Here one is missing, so two events become one. The last `event:` line decides: the whole event is a fragment, and its line `log Saved` has no effect.",
      "The last event needs its blank line too. If the stream ends before it, the client drops the event.",
    ],
    task: {
      text: "Make two events of it, so that the console says `Saved` and the price is `12`.",
      hint: "Find the line where the second event begins. What must come before it?",
      goal: {
        page: `<p id="price">12</p>`,
        instructions: [{ type: "console", mode: "log", message: "Saved" }],
        clean: true,
      },
      solution: { in: "stream", replace: "data: log Saved\n", by: "data: log Saved\n\n" },
    },
  },
  {
    vector: "app-raise-ends",
    title: "A target that is missing",
    text: [
      "If the client finds no target for a fragment, it throws `no-target`. Changes by earlier events stay. Later events are lost, even if they are correct: here the status never becomes `done`.",
      "Then the client sends the same request again, up to ten times in all. The same answer fails in the same way.",
    ],
    task: {
      text: "Make the client apply all events, without a change to the bytes.",
      hint: "The bytes and the page must fit together. You can also edit the page before.",
      goal: {
        instructions: [
          { type: "fragment", html: `<p id="price">6</p>` },
          { type: "fragment", html: `<p id="missing">7</p>` },
          { type: "fragment", html: `<p id="status">done</p>` },
        ],
      },
      solution: { in: "page", replace: `<p id="status">`, by: `<p id="missing"></p><p id="status">` },
    },
  },
  {
    vector: "app-quote-in-attribute",
    title: "Text from a user",
    text: [
      'A user has named a product `Tea" data-on-load="$price = 0`, and the server has put this name into a `title` attribute without escaping it. The quote in the name ends the attribute, and the rest becomes an attribute of its own.',
      "The client runs the code in its attributes, so the price is now 0. A `<script>` in the name would not run, but event handlers such as `onerror` and the client’s own attributes do.",
    ],
    task: {
      text: "Escape the name, so that all of it is in the title and the price stays `5`.",
      hint: "Inside a quoted attribute, write a quote as `&quot;`. The name contains two.",
      goal: {
        page:
          `<div id="shop"></div><p id="price" data-text="$price">5</p><ul id="list"><li id="tea" title="Tea&quot; data-on-load=&quot;$price = 0">Tea</li></ul>`,
        store: { price: 5 },
      },
      solution: {
        in: "stream",
        replace: `Tea" data-on-load="$price`,
        by: `Tea&quot; data-on-load=&quot;$price`,
      },
    },
  },
];
