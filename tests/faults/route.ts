import { type CommitBreaker, type FaultyLink, openCommitBreaker, openFaultyLink } from '@holdfast/testing';

/** The connection from the processes to one place of PostgreSQL. */
export interface Route {
  /** The URL that the processes connect to. */
  readonly url: string;
  readonly link: FaultyLink;
  /** Between the link and PostgreSQL. */
  readonly breaker: CommitBreaker;
  close(): Promise<void>;
}

export async function openRoute(databaseUrl: string): Promise<Route> {
  const breaker = await openCommitBreaker(databaseUrl);
  const { hostname, port } = new URL(breaker.url);
  const link = await openFaultyLink({ host: hostname, port: Number(port) });
  return {
    url: link.through(breaker.url),
    link,
    breaker,
    async close() {
      await link.close();
      await breaker.close();
    },
  };
}
