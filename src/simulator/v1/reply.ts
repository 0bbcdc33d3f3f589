/** What the server answers: a body that is still data, so that numbers can be written in any style. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal; handlers throw it. The body is `{"String": …}`, as the server has it. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string, readonly problem?: unknown) {
    super(message);
  }

  get reply(): Reply {
    return this.problem === undefined
      ? refusalReply(this.status, this.message)
      : { status: this.status, body: this.problem, contentType: "application/problem+json" };
  }
}

/** The envelope of errors as the server has it. */
export function refusalReply(status: number, message: string): Reply {
  return { status, body: { String: message } };
}

/** A refusal whose whole answer is made already. */
export class ReadyRefusal extends Refusal {
  constructor(private readonly ready: Reply) {
    super(ready.status, "refused");
  }

  override get reply(): Reply {
    return this.ready;
  }
}

/** The envelope of errors that the server's newer gateway sends. */
export function authenticationProblem(): unknown {
  return {
    type: "https://se-api.stoplight.io/docs/monitoring",
    title: "Unauthorized - Authentication Failed",
    status: 401,
    detail: "Invalid API key",
    instance: null,
    properties: { traceId: "0123456789abcdef0123456789abcdef" },
  };
}

/** A body that is no JSON: a picture, or nothing where the client has it already. */
export class Picture {
  constructor(readonly status: 200 | 304, readonly bytes: Uint8Array<ArrayBuffer>) {}
}
