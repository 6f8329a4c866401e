/**
 * The tests that depend on the runtime: sockets, processes, signals, streams and the command lines. This list is
 * run under each runtime, by deno_test.ts and bun_test.ts.
 *
 * @module
 */

import "./signals.ts";
import "./server.ts";
import "./vector_routes.ts";
import "./learn_routes.ts";
import "./readme.ts";
import "./body_form.ts";
import "./explain.ts";
import "./conform.ts";
import "./stream.ts";
import "./recording.ts";
import "./answers.ts";
import "./connections.ts";
import "./peers.ts";
import "./sdk_peers.ts";
import "./faults.ts";
import "./server_mutants.ts";
import "./server_mutants_v1.ts";
import "./example_v1.ts";
