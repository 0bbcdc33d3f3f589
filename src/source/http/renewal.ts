import type { Send } from "./send.ts";

/**
 * Where the server refuses a credential that can be renewed, renews it and sends the request once more.
 * A token may be refused early: the clock of this machine was wrong, or another process has replaced it.
 */
export function withRenewal(send: Send): Send {
  return async (request) => {
    const answer = await send(request);
    if (answer.status !== 401 || !answer.renew) return answer;
    return await answer.renew() ? await send(request) : answer;
  };
}
