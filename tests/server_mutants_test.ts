/** The checks of a whole server that is recorded in memory. runtime/server_mutants.ts has faults of connections and of time. */

import { checks } from "../conformance/classic/mod.ts";
import { judgeRecording } from "../conformance/mod.ts";
import { testServers } from "./mutants/in_memory.ts";
import { recordInMemory } from "./mutants/memory.ts";
import { deviations, hardServers, mutants, type ServerMutant } from "./mutants/server.ts";

const reportOn = async (alter?: ServerMutant["alter"]) => (await judgeRecording(recordInMemory(alter))).report;

testServers({ reportOn, checks, mutants, deviations, others: hardServers });
