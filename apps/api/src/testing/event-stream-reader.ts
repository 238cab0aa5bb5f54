import { get, type ClientRequest, type IncomingMessage } from 'node:http';

/** A message of a stream of server-sent events. */
export interface SentEvent {
  readonly id: string;
  /** Null: a line that has an id only. */
  readonly event: string | null;
  readonly data: string;
}

export type StreamReader = ReturnType<typeof readStream>;

/** Reads a stream as `EventSource` does, for one connection. */
export function readStream(url: string, headers: Readonly<Record<string, string>> = {}) {
  const messages: SentEvent[] = [];
  let response: IncomingMessage | undefined;
  let request: ClientRequest | undefined;
  const ended = new Promise<'ended' | 'broken'>((resolve) => {
    request = get(url, { headers, agent: false }, (received) => {
      response = received;
      let text = '';
      received.setEncoding('utf8');
      received.on('data', (chunk: string) => {
        const parts = (text + chunk).split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) messages.push(parse(part));
      });
      received.on('close', () => resolve(received.complete ? 'ended' : 'broken'));
    });
    request.on('error', () => resolve('broken'));
  });
  return {
    messages,
    /** How the stream ended: as HTTP wants it, or in the middle of it. */
    ended,
    get status() {
      return response?.statusCode;
    },
    get headers() {
      return response?.headers ?? {};
    },
    get lastId() {
      return messages.at(-1)?.id;
    },
    get events() {
      return messages.filter(({ event }) => event !== null);
    },
    /** Reads no further, with the connection open. */
    pause: () => void response?.pause(),
    close: () => void request?.destroy(),
  };
}

function parse(part: string): SentEvent {
  const fields = new Map(
    part.split('\n').map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? null, data: fields.get('data') ?? '' };
}
