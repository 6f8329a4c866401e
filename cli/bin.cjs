#!/usr/bin/env node
// The command of the npm package. It has no static import and no new syntax, so that an old Node can read it.
"use strict";

const needed = require("../package.json").engines.node.replace(">=", "");
const running = process.versions.node;

if (isOlder(running.split("."), needed.split("."))) {
  console.error("fragstar needs Node " + needed + " or newer, and this is Node " + running);
  process.exit(2);
}
import("../dist/cli/main.js").then((cli) => cli.run());

function isOlder(parts, than) {
  return +parts[0] < +than[0] || (+parts[0] === +than[0] && +parts[1] < +than[1]);
}
