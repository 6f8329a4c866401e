import { assertEquals } from "@std/assert";
import { describe, test } from "node:test";
import { dialects } from "../conformance/mod.ts";
import { healthy, mutants } from "./mutants/v1/lines.ts";
import { resultsOf, showFaults, testStreams } from "./support/judged_streams.ts";

const { v1 } = dialects;

describe("the checks of lines of v1", () => {
  testStreams({ mutants, healthy }, v1);

  test("each have a mutant", () => {
    const tripped = new Set(mutants.flatMap(({ trips }) => trips));
    const ids = v1.checks.filter(({ family }) => family === "framing" || family === "grammar").map(({ id }) => id);
    assertEquals(ids.filter((id) => !tripped.has(id)), []);
    assertEquals([...tripped].filter((id) => !ids.includes(id)), []);
  });
});
