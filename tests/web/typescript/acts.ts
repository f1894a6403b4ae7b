/** What a test does with the client in TypeScript: it acts, is refused, reads lists page by page, and asks why; told as JSON. */
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Problem = components["schemas"]["Problem"];
type Convened = paths["/t/{tenant}/api/meeting/convene"]["post"]["requestBody"]["content"]["application/json"];

const [baseUrl, tenant, chair, viceChair] = process.argv.slice(2) as [string, string, string, string];

function committee(secret: string) {
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${secret}` } });
}

function clauses(problem: Problem | undefined): string[] {
  return (problem?.because ?? []).map((each) => each.clause);
}

async function everyRef(secret: string): Promise<string[]> {
  const refs: string[] = [];
  let after: string | undefined;
  do {
    const { data } = await committee(secret).GET("/t/{tenant}/api/person", {
      params: { path: { tenant }, query: { limit: 3, sort: "-ref", ...(after === undefined ? {} : { after }) } },
    });
    if (data === undefined || typeof data === "string") throw new Error("no page");
    refs.push(...data.items.map((item) => String("ref" in item ? item.ref : "")));
    after = data.next ?? undefined;
  } while (after !== undefined);
  return refs;
}

const body: Convened = { kind: "ad-hoc", starts_at: "2021-03-01T09:00:00" };
const asked = { params: { path: { tenant }, header: { "Idempotency-Key": "once" } }, body };
const me = await committee(chair).GET("/t/{tenant}/api/me", { params: { path: { tenant } } });
const done = await committee(chair).POST("/t/{tenant}/api/meeting/convene", asked);
const again = await committee(chair).POST("/t/{tenant}/api/meeting/convene", asked);
const refused = await committee(viceChair).POST("/t/{tenant}/api/meeting/convene", asked);
const wrong = await committee(chair).POST("/t/{tenant}/api/meeting/convene", {
  params: { path: { tenant } },
  body: { kind: "party" },
});
const read = await committee(chair).GET("/t/{tenant}/api/meeting/{id}", {
  params: { path: { tenant, id: done.data?.record.id ?? "" } },
});
const why = await committee(chair).GET("/t/{tenant}/api/explain", {
  params: { path: { tenant }, query: { do: "meeting.convene", by: "vice-chair", with: JSON.stringify({ kind: "ad-hoc" }) } },
});

console.log(
  JSON.stringify({
    me: me.data?.person,
    done: done.data?.record,
    again: [again.data?.replayed, again.data?.record.id],
    read: read.data,
    refused: { status: refused.response.status, clauses: clauses(refused.error), who: refused.error?.who_may },
    wrong: { status: wrong.response.status, fields: Object.keys(wrong.error?.fields ?? {}) },
    why: { outcome: why.data?.outcome, clauses: (why.data?.because ?? []).map((each) => each.clause) },
    people: await everyRef(chair),
  }),
);
