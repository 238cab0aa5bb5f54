import { apiClientAt } from './api-client.ts';

/** An answer of an API that gives tokens. */
export interface TokenReply<Body = object> {
  readonly status: number;
  readonly body: Body;
  /** The token of a write: later reads must not be older. */
  readonly token: string | null;
}

type Outcome = 'answered' | 'repeated' | 'not_reached';

export type TokenClient = ReturnType<typeof tokenClientAt>;

/** A client of one API that passes tokens on. */
export function tokenClientAt(baseUrl: string) {
  const api = apiClientAt(baseUrl);
  async function call<Body = object>(
    method: Parameters<typeof api.call>[0],
    path: string,
    { body, token }: { readonly body?: object; readonly token?: string | null } = {},
  ): Promise<TokenReply<Body>> {
    const sent: Record<string, string> = token ? { 'x-consistency-token': token } : {};
    const { headers, ...answer } = await api.call<Body>(method, path, body, sent);
    return { status: answer.status, body: answer.body, token: headers.get('x-consistency-token') };
  }
  const series = async (name: string): Promise<readonly string[]> =>
    (await (await fetch(`${baseUrl}/metrics`)).text()).split('\n').filter((line) => line.startsWith(name));
  return {
    call,
    /** How many reads of a replica (its host and port; by default of all) have ended so. */
    async reads(outcome: Outcome, replica = ''): Promise<number> {
      const lines = await series('holdfast_replica_reads_total');
      return lines
        .filter((line) => line.includes(`outcome="${outcome}"`) && line.includes(replica))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    /** Why reads do not go to a replica. Undefined: they do. */
    async leftOut(replica: string): Promise<string | undefined> {
      const lines = await series('holdfast_replica_left_out');
      return /reason="(\w+)"/.exec(lines.find((line) => line.includes(replica)) ?? '')?.[1];
    },
  };
}
