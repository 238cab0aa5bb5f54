import { connect, createServer, type Socket } from 'node:net';
import { withServiceLimits } from './databases.ts';

/** The direction in which nothing passes: a half-open connection is stalled in one direction. */
export type StallDirection = 'both' | 'to server' | 'to client';

/** Sees each chunk that a client sends, before it is passed on. */
type InspectClient = (connection: LinkConnection) => (chunk: Buffer) => void;

export type FaultyLink = Awaited<ReturnType<typeof openFaultyLink>>;

/** A proxy between clients and a TCP server (PostgreSQL, Redis) that fails in the ways that networks fail. */
export async function openFaultyLink(
  target: { readonly host: string; readonly port: number },
  inspect?: InspectClient,
) {
  let state: 'works' | 'cut' | StallDirection = 'works';
  const pairs = new Set<LinkConnection>();
  const server = createServer((near) => {
    if (state === 'cut') {
      near.on('error', () => {}).resetAndDestroy();
      return;
    }
    const pair = new LinkConnection(near, connect(target.port, target.host), inspect);
    pairs.add(pair);
    near.on('close', () => pairs.delete(pair));
    if (state !== 'works') pair.stall(state);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const all = (act: (pair: LinkConnection) => void) => {
    for (const pair of pairs) act(pair);
  };

  return {
    port,
    /** The same URL, through this link, and with the service's own limits. */
    through: (url: string): string =>
      withServiceLimits(Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href),
    /** Open connections go silent, without FIN or RST, as when a firewall drops them. Later ones work. */
    stallOpen: (direction: StallDirection = 'both') => all((pair) => pair.stall(direction)),
    /** As `stallOpen`, and connections that are made later are accepted and go silent too. */
    stall(direction: StallDirection = 'both'): void {
      state = direction;
      all((pair) => pair.stall(direction));
    },
    /** Stalled connections continue where they stopped; after a cut, new connections work again. */
    resume(): void {
      state = 'works';
      all((pair) => pair.resume());
    },
    /** Resets all connections, and new ones until `resume`. */
    cut(): void {
      state = 'cut';
      all((pair) => pair.cut());
    },
    /** Resets connections that are made from now on, until `resume`. Open connections continue. */
    cutNew(): void {
      state = 'cut';
    },
    /** Resets all connections; new ones work. */
    reset: () => all((pair) => pair.cut()),
    /** How many connections clients have open. */
    get connections(): number {
      return pairs.size;
    },
    async close(): Promise<void> {
      all((pair) => pair.cut());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One connection: the client's socket, and the socket to the server. */
class LinkConnection {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #stalled = { 'to server': false, 'to client': false };
  /** Called with each chunk from the server, before it is passed on. */
  #atAnswer: ((chunk: Buffer) => void) | undefined;

  constructor(near: Socket, far: Socket, inspect: InspectClient | undefined) {
    this.#near = near;
    this.#far = far;
    const see = inspect?.(this);
    near.on('data', (chunk: Buffer) => {
      see?.(chunk);
      if (!this.#stalled['to server']) far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      this.#atAnswer?.(chunk);
      if (!this.#stalled['to client']) near.write(chunk);
    });
    near.on('error', () => {}).on('close', () => this.#ended('to server', far));
    far.on('error', () => {}).on('close', () => this.#ended('to client', near));
  }

  /** Passes nothing on from now on, and neither end is notified. */
  stall(direction: StallDirection = 'both'): void {
    for (const [way, from] of this.#ways(direction)) {
      this.#stalled[way] = true;
      from.pause();
    }
  }

  resume(): void {
    for (const [way, from, to] of this.#ways('both')) {
      this.#stalled[way] = false;
      if (from.destroyed) to.destroy();
      else from.resume();
    }
  }

  cut(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  /** Resets both ends at bytes from the server that `is` true of; they are lost. */
  cutAtAnswer(is: (chunk: Buffer) => boolean = () => true): void {
    this.#atAnswer = (chunk) => {
      if (is(chunk)) this.cut();
    };
  }

  /** Stalls at bytes from the server that `is` true of; they are lost. */
  stallAtAnswer(is: (chunk: Buffer) => boolean): void {
    this.#atAnswer = (chunk) => {
      if (is(chunk)) this.stall();
    };
  }

  /** A stalled direction does not pass on that an end has closed. */
  #ended(way: 'to server' | 'to client', other: Socket): void {
    if (!this.#stalled[way]) other.destroy();
  }

  #ways(direction: StallDirection) {
    const ways = [
      ['to server', this.#near, this.#far],
      ['to client', this.#far, this.#near],
    ] as const;
    return ways.filter(([way]) => direction === 'both' || direction === way);
  }
}
