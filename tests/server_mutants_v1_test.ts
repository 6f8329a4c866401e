/**
 * The checks of a whole server in v1 that is recorded in memory. runtime/server_mutants_v1.ts has faults of connections and
 * of time.
 */

import { dialects, judgeRecording } from "../conformance/mod.ts";
import { createContract } from "../conformance/v1/contract.ts";
import { checks } from "../conformance/v1/mod.ts";
import { testServers } from "./mutants/in_memory.ts";
import { recordParts } from "./mutants/memory.ts";
import { createParts, deviations, mutants, type ServerMutant } from "./mutants/v1/server.ts";

async function reportOn(alter?: ServerMutant["alter"]) {
  const recording = recordParts(createContract(), (now) => createParts(alter, now));
  return (await judgeRecording(recording, { dialect: dialects.v1 })).report;
}

testServers({ reportOn, checks, mutants, deviations });
