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
      "A script in the page, the client, has asked the server. The answer is a text of server-sent events: `event:` names what is to be done, the `data:` lines say with what, and a blank line ends the event. The client does what it says.",
      "This event brings a fragment, a piece of HTML. Its id says which element of the page is meant, and that element becomes like it. (`vt false` does without a transition. Lesson 9 is about that, and about the empty `class` that the client leaves behind.)",
    ],
    task: {
      text: "Below, in the field “Edit the bytes”, let the price become `3.00`.",
      hint: "The fragment is all of the line after the word `fragment`. Change the number in it.",
      goal: { page: `<h1>Tea</h1><p id="price">3.00</p>` },
      solution: { in: "stream", replace: "2.80", by: "3.00" },
    },
  },
  {
    vector: "mrg-morph-same-element",
    title: "Morph: the element stays",
    text: [
      "`merge` says how the new meets the old. `morph`, which is also what you get without a `merge` line, keeps the element and changes what differs: its attributes and its children.",
      "So what only the browser knows lives on. Somebody has ticked this box; the event gives it a title, and the tick is still there. Typed text is not so lucky: a morph sets an input to the value that the fragment has. (The panes show HTML, and a tick is none: you see it if you apply the bytes with the real client too.)",
    ],
    task: {
      text: "Make it replace the element instead: a new box comes, and the tick is gone.",
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
      "`inner` leaves the element as it is and changes what is inside. The fragment’s own tag is only a bag: its id has said where to go, then the `<p>` is thrown away, and its content lands in the `<div>`.",
      "`outer` puts the new element in the place of the old one: tag, attributes and all.",
    ],
    task: {
      text: "Let the message be what was sent: a `<p>`, without the class `note`.",
      hint: "Not what is inside is to be changed now, but the element itself.",
      goal: { page: `<p id="msg">Done, <b>thanks</b></p>` },
      solution: { in: "stream", replace: "merge inner", by: "merge outer" },
    },
  },
  {
    vector: "mrg-append",
    title: "Add to what is there",
    text: [
      "Four modes leave everything where it is and put the new element in: `prepend` and `append` into the target, as its first or its last child, `before` and `after` beside it. So a log grows by one line for each event.",
      "The `selector` says where. Without one the new element’s own id would have to be the target’s, and the page would then have that id twice.",
    ],
    task: {
      text: "Put the newest line on top.",
      hint: "It is still a child of the list, but the first one.",
      goal: { page: `<ul id="log"><li>8:05 tea</li><li>8:00 up</li></ul>` },
      solution: { in: "stream", replace: "merge append", by: "merge prepend" },
    },
  },
  {
    vector: "mrg-upsert",
    title: "Upsert: attributes only",
    text: [
      "To upsert is to update or insert. `merge upsert_attributes` finds the element with the id of the fragment, and writes each attribute of the fragment onto it. It removes none, and touches no content: `href` has changed, `rel` is new, `title` and the text are what they were.",
      'Tag and content of the fragment do not count, so an empty element will do. This server’s `/get` answers so: it sends `<main id="main">` with one new attribute, and all that is on the page stays.',
    ],
    task: {
      text: "Let the same event change the attribute `title` too: it becomes `The end`.",
      hint: "What is to be another has to be sent, and nothing more.",
      goal: {
        page: `<a id="next" href="/3" title="The end" rel="next">Next</a>`,
        instructions: [{ type: "fragment", merge: "upsert_attributes" }],
      },
      solution: { in: "stream", replace: `rel="next"`, by: `rel="next" title="The end"` },
    },
  },
  {
    vector: "frg-all-that-match",
    title: "Who is meant",
    text: [
      "A `selector` goes before the fragment’s id. It may be any selector of CSS, and all elements that match are targets: both prices are changed here. `selector self` is the element whose action made the request.",
      "Several targets are for `inner` and `upsert_attributes`: each gets the full change. With `append` there is one new element, which moves on from target to target and stays in the last.",
    ],
    task: {
      text: "Change the second price alone, by the selector: the page before stays as it is.",
      hint: "In CSS `a + b` is a `b` that stands directly after an `a`.",
      goal: { page: `<p class="price">10</p><p>tea</p><p class="price"><b>12</b></p>` },
      solution: { in: "stream", replace: "p.price, p.sum", by: "p + .price" },
    },
  },
  {
    vector: "frg-keyword-repeated",
    title: "Several lines: the trap",
    text: [
      "HTML may go over many `data:` lines. The word `fragment` belongs on the first one only; the lines after it are taken as they are.",
      "Here it was written again. The client is reading a fragment already, so the second `fragment` opens nothing: it is text, and the page shows it. There is no error to warn you.",
      "Where does the habit come from? In `datastar-signal` each line has to begin with its word. In `datastar-fragment` it must not.",
    ],
    task: {
      text: "Get the word out of the page, and keep the two lines.",
      hint:
        "The second line should be HTML and nothing else: `data:`, one space, HTML. A second space would be text too.",
      goal: { page: `<p id="price">10\n<b>euro</b></p>`, clean: true },
      solution: { in: "stream", replace: "fragment <b>", by: "<b>" },
    },
  },
  {
    vector: "frg-merge-eaten",
    title: "A text that gives orders",
    text: [
      "Inside a fragment each line is still read. If its first word is `selector`, `merge`, `settle` or `vt`, the client takes it for that option, no matter who wrote it.",
      "Here a message of Git says `merge conflict`. There is no such mode, and the client raises `unknown-merge`: it reads no further, so the new price is never seen. All that with one word of text.",
    ],
    task: {
      text: "Let the message through: put a space in front of its word `merge`.",
      hint: "One space after `data:` belongs to the field and is removed. It takes one more.",
      goal: { page: `<p id="note">Git says:\n merge conflict\n</p><p id="price">12</p>` },
      solution: { in: "stream", replace: "data: merge conflict", by: "data:  merge conflict" },
    },
  },
  {
    vector: "vt-older-wins",
    title: "Transitions and settling",
    text: [
      "`vt true` is what you get without a `vt` line: where the browser can, it shows the change as a view transition, and the merge comes a little later. A merge with `vt false` does not wait. Here both come at once: `7` is there first, and then the older `6` goes over it, as the real client shows.",
      "So send `vt false` with each event of a stream. `settle` is a time in milliseconds: for 500, or what you say, the target of a morph has classes such as `datastar-settling`, for your CSS to use. Then an element that had no class keeps an empty one.",
    ],
    task: {
      text: "Send the same two events, and let the newer price win.",
      hint: "Both should come about at once, in the order in which they are sent.",
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
      'The client keeps named values, the signals, in its store. `data-text="$price"` shows one and follows it. `datastar-signal` changes them: no HTML is sent, and the page shows the new price all the same.',
      "Behind `store` stands an object in JSON. It is merged name by name: what you leave out stays, and `null` removes a name. It is run as code, so text of others belongs in a JSON string.",
    ],
    task: {
      text: "Send `7` for those only who have no price yet. This page has one: it keeps its `5`.",
      hint: "There is one more keyword, `onlyIfMissing`. It has a line of its own, and is `true` or `false`.",
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
      "A fragment can bring values too, in the attribute `data-store`. It looks like JSON, but the client reads it in a language of its own: it cuts at each `;`, and rewrites `$name` and `~name`. Also inside strings.",
      "Here the note says `tea; milk`. The client cuts it in two, what is left is no code, and it raises `bad-store`.",
      'So write `;`, `$`, `~`, `<`, `>`, `&`, the apostrophe and the backtick as `\\uXXXX`. Then escape the whole for the attribute: `"` is `&quot;`.',
    ],
    task: {
      text: "Let the note arrive, with its semicolon.",
      hint: "The number of a semicolon is 3b in hexadecimal, and `X` stands for a digit: there are four.",
      goal: { store: { note: "tea; milk" } },
      solution: { in: "stream", replace: "tea; milk", by: "tea\\u003b milk" },
    },
  },
  {
    vector: "sse-no-event-name",
    title: "Silence: an event without a name",
    text: [
      "Now to what goes wrong. The first event has no `event:` line, and the client ignores it without a word. So it does with names of newer versions, such as `datastar-merge-fragments`.",
      "If nothing at all happens, look at the response’s `content-type`. It has to begin with `text/event-stream`; for anything else the client reads nothing, and asks up to ten times.",
    ],
    task: {
      text: "Let the first event count.",
      hint: "The second event shows how it is done.",
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
      "Only a blank line ends an event. Here one is missing, and two events become one: the last `event:` line counts, so all of it is a fragment, and `log Saved` is a line in it that means nothing.",
      "The last event needs its blank line too. What the end of the stream cuts off is dropped.",
    ],
    task: {
      text: "Make two events of it, so that the console says `Saved` and the price is `12`.",
      hint: "Where does the second event begin? Something should stand before that line, or rather nothing.",
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
      "If a fragment finds no target, the client raises `no-target`. What came before stays done. What comes after is lost, even if nothing is wrong with it: the status is never `done`.",
      "Then the client sends the same request again, up to ten in all. The same answer ends in the same way.",
    ],
    task: {
      text: "Let the whole answer arrive, without a change to its bytes.",
      hint: "Bytes and page have to fit. Here you can edit the page before, too.",
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
    title: "Text of a stranger",
    text: [
      'Somebody has named a product `Tea" data-on-load="$price = 0`, and the server has put that between the quotes of a `title`. The stranger’s quote ends the title, and the rest is an attribute of its own.',
      "The client trusts every attribute in the page and runs it: the price is 0. A `<script>` would not have run, but handlers such as `onerror` and the client’s own attributes do.",
    ],
    task: {
      text: "Escape the name: the whole of it becomes the title, and the price stays `5`.",
      hint: "Inside a value in quotes, a quote is written as `&quot;`. The stranger has typed two.",
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
