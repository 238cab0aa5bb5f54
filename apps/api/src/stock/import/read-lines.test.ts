import { LINE_MAX, readLines } from './read-lines.ts';

async function* inParts(parts: readonly (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function lines(...parts: (Buffer | string)[]): Promise<string[]> {
  const all: string[] = [];
  for await (const some of readLines(inParts(parts))) all.push(...some);
  return all;
}

const bytewise = (text: string) => Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));

test.each([
  ['Unix', 'a\nb\n\nc'],
  ['Windows', 'a\r\nb\r\n\r\nc'],
  ['old Macs', 'a\rb\r\rc'],
])('lines end as those of %s do, wherever the parts come apart', async (_whose, text) => {
  expect(await lines(text)).toEqual(['a', 'b', '', 'c']);
  expect(await lines(...bytewise(text))).toEqual(['a', 'b', '', 'c']);
});

test('a break at the end ends the last line', async () => {
  expect(await lines('a\n')).toEqual(['a', '']);
  expect(await lines('a\r', '\n')).toEqual(['a', '']);
  expect(await lines('a\r')).toEqual(['a', '']);
});

test('a byte order mark is left out, and characters may come apart', async () => {
  expect(await lines(...bytewise('\uFEFFä€🚀\nb'))).toEqual(['ä€🚀', 'b']);
});

test.each([
  ['Latin-1', Buffer.from([0x61, 0xe4, 0x62])],
  ['UTF-16 in the middle', Buffer.from('\uFEFFa', 'utf16le')],
  ['half a character', Buffer.from([0x61, 0xe2, 0x82])],
])('%s is refused', async (_what, bytes) => {
  await expect(lines('a\nb\n', bytes)).rejects.toThrow(
    'the file is not in UTF-8 (see its line 3): save it as UTF-8',
  );
});

test.each([
  ['at its very beginning', [[0xff, 0xfd, 0x61, 0x00]], 1],
  ['in the middle of a part', [[0x61, 0x0a, 0x62, 0x0a, 0x63, 0xe4, 0x0a, 0x64, 0x0a]], 3],
  [
    'after a part that ends within a character',
    [
      [0x61, 0x0a, 0xe2, 0x82],
      [0xac, 0x0a, 0xe4, 0x62, 0x0a, 0x63, 0x0a],
    ],
    3,
  ],
])('what is not UTF-8 %s is found in its line', async (_where, parts, line) => {
  await expect(lines(...parts.map((bytes) => Buffer.from(bytes)))).rejects.toThrow(`(see its line ${line})`);
});

test('of a line without an end no more is kept than shows that it is too long', async () => {
  const long = Array<string>(1_000).fill('x'.repeat(1_000));
  const [first, second, third] = await lines('a\n', ...long, '\nb');
  expect([first, second?.length, third]).toEqual(['a', LINE_MAX + 1, 'b']);
});
