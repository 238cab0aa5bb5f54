import { once } from 'node:events';
import type { Stage } from '../stage.ts';
import type { Heard } from './hearing.ts';
import type { Message, Reply } from './messages.ts';

/** Somebody who wants every event, in a process of its own. Asked one thing at a time. */
export interface Listener {
  readonly name: string;
  readonly pid: number;
  /** Of a receiver. */
  readonly url: string;
  /** Events that were new since the last `take`. */
  count(): Promise<number>;
  /** What was heard since the last time, and counts anew. */
  take(): Promise<Heard>;
  stop(): Promise<void>;
}

export interface Follower extends Listener {
  /** Reads the feed of this API from now on, from where it was. */
  follow(apiUrl: string): void;
  rest(): void;
}

export const FOLLOWER = 'feed follower';
export const RECEIVER = 'webhook receiver';

export const startReceiver = async (stage: Stage): Promise<Listener> =>
  (await startListener(stage, RECEIVER, 'events/receiver.ts')).listener;

export async function startFollower(stage: Stage): Promise<Follower> {
  const { listener, tell } = await startListener(stage, FOLLOWER, 'events/follower.ts');
  return {
    ...listener,
    follow: (url) => tell({ kind: 'follow', url }),
    rest: () => tell({ kind: 'rest' }),
  };
}

async function startListener(
  stage: Stage,
  name: string,
  script: string,
): Promise<{ listener: Listener; tell: (message: Message) => void }> {
  const started = await stage.startChild(name, script);
  const { child, pid, url } = started;
  const ended = once(child, 'exit').then((): never => {
    throw new Error(`the ${name} has ended`);
  });
  ended.catch(() => {}); // whoever asks is told
  const tell = (message: Message) => void child.send(message);
  const ask = async (kind: 'count' | 'take'): Promise<Reply> => {
    const replied = once(child, 'message');
    tell({ kind });
    const [reply] = (await Promise.race([replied, ended])) as [Reply];
    return reply;
  };
  const listener: Listener = {
    name,
    pid,
    url,
    async count() {
      const reply = await ask('count');
      if ('count' in reply) return reply.count;
      throw new Error(`the ${name} replied something else`);
    },
    async take() {
      const reply = await ask('take');
      if ('heard' in reply) return reply.heard;
      throw new Error(`the ${name} replied something else`);
    },
    stop: () => started.stop(),
  };
  return { listener, tell };
}
