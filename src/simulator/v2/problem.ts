import type { Reply } from "../v1/reply.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  410: "Gone",
  429: "Too Many Requests",
};

/** A refusal with problem details; handlers throw it. */
export class Problem extends Error {
  constructor(readonly status: number, detail: string) {
    super(detail);
  }

  get reply(): Reply {
    return problemReply(this.status, this.message);
  }
}

/** A refusal whose whole answer is made already. */
export class ReadyProblem extends Problem {
  constructor(private readonly ready: Reply) {
    super(ready.status, "refused");
  }

  override get reply(): Reply {
    return this.ready;
  }
}

/** The envelope of errors: here the trace stands at the top. */
export function problemReply(status: number, detail: string): Reply {
  return {
    status,
    contentType: "application/problem+json",
    body: {
      type: "https://se-api.stoplight.io/docs/monitoring",
      title: titles[status] ?? "Error",
      status,
      detail,
      traceId: "0123456789abcdef0123456789abcdef",
    },
  };
}
