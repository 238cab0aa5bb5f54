import type { Hearing } from './hearing.ts';
import type { Message, Reply } from './messages.ts';

interface Listening {
  /** Where it is called, if it is. */
  readonly url: string;
  readonly carryOut?: (message: Exclude<Message, { kind: 'count' | 'take' }>) => void;
}

const reply = (reply: Reply | { readonly ready: string }) => void process.send?.(reply);

/** Makes this process a listener of the bench: says that it is ready, does what it is told, and ends with the bench. */
export function listen(hearing: Hearing, { url, carryOut }: Listening): void {
  process.on('message', (message: Message) => {
    switch (message.kind) {
      case 'count':
        return reply({ count: hearing.count });
      case 'take':
        return reply({ heard: hearing.take() });
      case 'follow':
      case 'rest':
        return carryOut?.(message);
      default:
        return message satisfies never;
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
  reply({ ready: url });
}
