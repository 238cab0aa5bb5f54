import { readMessages } from './server-sent-events.ts';

/** A stream that has so many bytes in each chunk. */
function streamOf(text: string, chunkBytes: number, thenEnds = true): ReadableStream<Uint8Array> {
  let rest = new TextEncoder().encode(text);
  return new ReadableStream({
    pull(controller) {
      if (rest.length > 0) controller.enqueue(rest.slice(0, chunkBytes));
      else if (thenEnds) controller.close();
      else return new Promise(() => {});
      rest = rest.slice(chunkBytes);
      return undefined;
    },
  });
}

async function read(stream: ReadableStream<Uint8Array>, silenceMaxMs = 10_000) {
  const messages = [];
  for await (const message of readMessages(stream, silenceMaxMs)) messages.push(message);
  return messages;
}

const TEXT =
  'retry: 700\nid: a\n\nid: b\nevent: x\ndata: {"é":1}\n\n: comment\n\nid:c\ndata: 1\ndata: 2\n\nid: lost';
const MESSAGES = [
  { id: 'a', data: '' },
  { id: 'b', data: '{"é":1}' },
  { id: '', data: '' },
  { id: 'c', data: '1\n2' },
];

test.each([1, 2, 3, 7, 1_000])(
  'reads messages from chunks of %i bytes; one that was cut off is none',
  async (bytes) => {
    expect(await read(streamOf(TEXT, bytes))).toEqual(MESSAGES);
    expect(await read(streamOf(TEXT.replaceAll('\n', '\r\n'), bytes))).toEqual(MESSAGES);
  },
);

test('throws when the stream is silent for too long', async () => {
  await expect(read(streamOf('id: a\n\n', 100, false), 20)).rejects.toThrow('silent for 20 ms');
});

test('throws when a message is too long', async () => {
  await expect(read(streamOf('data: x'.padEnd(5_000_000, 'x'), 1_000_000))).rejects.toThrow('too long');
});
