/** Does what a test asks line by line, with the client in TypeScript alone: acts, lists, reads; each answered as a line of JSON. */
import * as readline from "node:readline";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Problem = components["schemas"]["Problem"];
type Duties = paths["/t/{tenant}/api/duties"]["get"]["parameters"]["query"];
interface Asked {
  secret: string;
  ask: "act" | "list" | "read" | "duties" | "changes";
  type: string;
  action: string;
  on: string | null;
  body: Record<string, unknown>;
  query: Record<string, string>;
}
interface Told {
  data?: { items?: unknown[]; next?: string | number | null } & Record<string, unknown>;
  error?: Problem;
  response: Response;
}
/** Acts and types are named by the lines, so their addresses are made as the document has them, and typed by the answers alone. */
interface ByAddress {
  GET(path: string, given: object): Promise<Told>;
  POST(path: string, given: object): Promise<Told>;
}

const [baseUrl, tenant] = process.argv.slice(2) as [string, string];

async function answered(asked: Asked): Promise<object> {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${asked.secret}` } });
  const open = client as unknown as ByAddress;
  const on = asked.on === null ? {} : { id: asked.on };
  const named = `/t/{tenant}/api/${asked.type}${asked.on === null ? "" : "/{id}"}`;
  if (asked.ask === "act") {
    return outcome(await open.POST(`${named}/${asked.action}`, { params: { path: { tenant, ...on } }, body: asked.body }));
  }
  if (asked.ask === "read") return outcome(await open.GET(named, { params: { path: { tenant, ...on } } }));
  if (asked.ask === "changes") {
    return every((after) =>
      client.GET("/t/{tenant}/api/events", { params: { path: { tenant }, query: { after: Number(after ?? 0) } } }),
    );
  }
  if (asked.ask === "duties") {
    const query = asked.query as NonNullable<Duties>;
    return every((after) =>
      client.GET("/t/{tenant}/api/duties", {
        params: { path: { tenant }, query: after === undefined ? query : { ...query, after: Number(after) } },
      }),
    );
  }
  return every((after) =>
    open.GET(named, { params: { path: { tenant }, query: { ...asked.query, ...(after === undefined ? {} : { after }) } } }),
  );
}

function outcome(told: Told): object {
  return { status: told.response.status, told: told.data ?? told.error ?? {} };
}

/** Every item of a list, page by page: until there is no next one or, of the feed, nothing more. */
async function every(page: (after?: string | number) => Promise<unknown>): Promise<object> {
  const items: unknown[] = [];
  let after: string | number | undefined;
  let found: Told;
  do {
    found = (await page(after)) as Told;
    if (found.data === undefined) return outcome(found);
    items.push(...(found.data.items ?? []));
    after = found.data.next ?? undefined;
  } while (after !== undefined && found.data["more"] !== false);
  return { status: 200, told: { items } };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answered(JSON.parse(line) as Asked)));
}
