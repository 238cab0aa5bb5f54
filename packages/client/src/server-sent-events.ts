/** One message of a stream. `event` and `data` are empty if it only has the position of the stream. */
export interface SentMessage {
  readonly id: string;
  readonly data: string;
}

/** An event has at most 100 lines of a reservation. */
const MESSAGE_MAX_CHARACTERS = 4_194_304;

/**
 * The messages of a stream of server-sent events, as the HTML standard defines them. It reads on when the
 * next message is asked for, so that a slow reader slows the stream and keeps one chunk in memory.
 *
 * @throws {Error} when no byte comes for `silenceMaxMs`, or a message is too long
 */
export async function* readMessages(
  stream: ReadableStream<Uint8Array>,
  silenceMaxMs: number,
): AsyncGenerator<SentMessage> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), silenceMaxMs);
      if (done) return;
      text = (text + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n');
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      if (text.length > MESSAGE_MAX_CHARACTERS) throw new Error('A message of the stream is too long');
      for (const message of messages) yield parseMessage(message);
    }
  } finally {
    reader.cancel().catch(() => {}); // a broken stream cannot be cancelled
  }
}

function parseMessage(message: string): SentMessage {
  const fields = { id: '', data: '' };
  for (const line of message.split('\n')) {
    const [, name, value = ''] = /^(id|data): ?(.*)$/.exec(line) ?? [];
    if (name === 'id') fields.id = value;
    else if (name === 'data') fields.data += fields.data === '' ? value : `\n${value}`;
  }
  return fields;
}

async function inTime<T>(work: Promise<T>, maxMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The stream was silent for ${maxMs} ms`)), maxMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
