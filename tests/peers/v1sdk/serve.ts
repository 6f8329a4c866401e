/** Serves an endpoint of this folder that is a function of requests: `PEER=ours` or `PEER=web`. */

import process from "node:process";
import { serve } from "../serve.ts";
import { createEndpoint } from "./ours.ts";
import { answer as web } from "./web.ts";

serve(process.env.PEER === "web" ? web : createEndpoint());
