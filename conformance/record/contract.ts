/** The part of a dialect that the recorder needs: which requests to make. */

import type { Exchange } from "../recording.ts";

/** A request that a contract asks for. */
export interface PlannedRequest {
  /** Names the answer in the recording. */
  id: string;
  /** Names the request for people, such as `GET /get (quotes)`. */
  name: string;
  /** The path, with its query. */
  path: string;
  /** Default: `GET`. */
  method?: string;
  /** Headers in addition to those of the contract. */
  headers?: Record<string, string>;
  /** The body of the request. */
  body?: string;
  /** Milliseconds to wait before it. */
  pause?: number;
  /** Milliseconds after which an answer that goes on is left. */
  leaveAfter?: number;
}

/** The requests that a contract asks for. */
export interface Plan {
  /**
   * No request disturbs those of other groups, so all groups run side by side. `parallel` is the number of requests of a
   * group that run at the same time.
   */
  groups: { parallel: number; requests: PlannedRequest[] }[];
  /** Requests that may end the server. They are made after the others, one by one: then it is known which of them did. */
  risky: PlannedRequest[];
  /** The feed that is watched for some seconds. */
  feed: PlannedRequest;
}

/** The requests that a server is recorded with. */
export interface Contract {
  /** Names the contract in the recording. */
  id: string;
  /** The headers of the client. */
  headers: Record<string, string>;
  /** The path of each endpoint. The recorder itself asks for these three; it keeps them all. */
  routes: Record<string, string> & Record<"page" | "target" | "feed", string>;
  /**
   * Makes the plan for a server with this page. Runs before any time is taken. The requests with the ids `target` and
   * `feed` go to these endpoints: the load tests compare with their answers.
   */
  plan: (page: Exchange) => Plan;
  /** Makes the requests for the scripts of the page that are not known yet, and for those that they import. */
  planScripts: (page: Exchange, target: URL, answers: Readonly<Record<string, Exchange>>) => PlannedRequest[];
  /**
   * Explains why a server is not one of the contract at all, and what to do instead. Nothing, if it may be one.
   *
   * @param answers The answers to the plan, once they are there.
   */
  findMismatch: (target: URL, page: Exchange, answers?: Readonly<Record<string, Exchange>>) => string | undefined;
}

/** The requests that an application is recorded with. Which these are depends on its answers. */
export interface AppContract {
  /** Names the contract in the recording. */
  id: string;
  /** The headers of the client. */
  headers: Record<string, string>;
  /**
   * Makes the next groups of requests, or none when all is known. No request disturbs those of other groups.
   *
   * @param answers The answers to all requests so far, by the id of each.
   */
  plan: (page: Exchange, answers: Readonly<Record<string, Exchange>>) => Promise<Plan["groups"]>;
  /** Finds the feed that the load tests open, if there is one. */
  findFeed: (page: Exchange, answers: Readonly<Record<string, Exchange>>) => Promise<PlannedRequest | undefined>;
  /** Describes what will be sent to an application with this page, in a few sentences. */
  announce: (page: Exchange) => Promise<string>;
}

/** The requests that the test endpoint of an SDK is recorded with. */
export interface SdkContract {
  /** Names the contract in the recording. */
  id: string;
  /** The headers of the client. */
  headers: Record<string, string>;
  /** The address of the endpoint. */
  endpoint: URL;
  /** Requests that do not disturb each other. If the first one has no answer, there is no endpoint. */
  requests: PlannedRequest[];
  /** Requests that may end the server: they are made afterwards, one by one. */
  risky: PlannedRequest[];
}

/** Options of the recorder. */
export interface RecordOptions {
  /** Headers for each request, such as a cookie. */
  headers?: Record<string, string>;
  /** Milliseconds that an answer may take. Default: 10,000. */
  timeout?: number;
  /** Whether to run the load tests with many concurrent readers (family `live`). Default: true. */
  live?: boolean;
  /** Called with a description of each step. */
  onProgress?: (step: string) => void;
}
