import { NdjsonReader } from './read-ndjson.ts';

const read = (...lines: string[]) => [...new NdjsonReader().read(lines)];
const REST = { backorderLimit: null, reason: null, version: null };

test('each line is a row; empty ones do not count', () => {
  expect(
    read(
      '{"sku":"A","location":"WH","on_hand":5}',
      '',
      ' ',
      ' {"name":"Mug","safety_stock":1,"delta":-2,"location":"WH","sku":"B"} ',
    ),
  ).toEqual([
    { row: 1, sku: 'A', location: 'WH', change: { onHand: 5 }, safetyStock: null, name: null, ...REST },
    { row: 2, sku: 'B', location: 'WH', change: { delta: -2 }, safetyStock: 1, name: 'Mug', ...REST },
  ]);
});

test('the white space around a text is not part of it, and it is in NFC', () => {
  const [row] = read(
    '{"sku":"\\u00a0cafe\\u0301 ","location":"\\tWH-EAST\\u3000","on_hand":5,"name":" Cafe\\u0301 "}',
  );
  expect(row).toMatchObject({ sku: 'caf\u00E9', location: 'WH-EAST', name: 'Caf\u00E9' });
});

test.each([
  ['{"sku":"A"', 'is not JSON: write one object on each line'],
  ['[1]', 'must be an object, not a list'],
  ['null', 'must be an object, not null'],
  ['{}', 'sku: is missing; location: is missing'],
  ['{"sku":1,"location":"WH","on_hand":5}', 'sku: must be text in quotes, not 1'],
  ['{"sku":{"a":1},"location":"WH","on_hand":5}', 'sku: must be text in quotes, not an object'],
  ['{"sku":"","location":"WH","on_hand":5}', 'sku: is missing'],
  ['{"sku":"A","location":"WH","on_hand":"5"}', 'on_hand: must be a whole number without quotes, not "5"'],
  ['{"sku":"A","location":"WH","on_hand":null}', 'on_hand: must be a whole number, not null'],
  ['{"sku":"A","location":"WH","on_hand":1.5}', 'on_hand: must be a whole number, not 1.5'],
  ['{"sku":"A","location":"WH","on_hand":1e300}', 'on_hand: may be at most 1,000,000,000'],
  ['{"sku":"A","location":"WH","on_hand":1e999}', 'on_hand: must be a whole number, not null'],
  ['{"sku":"\\u0000","location":"WH","on_hand":5}', 'sku: begins with U+0000 NULL'],
  ['{"sku":"\\ud800","location":"WH","on_hand":5}', 'sku: begins with U+D800 (half of a surrogate pair)'],
  ['{"sku":" ","location":"\\u00a0","on_hand":5}', 'sku: is missing; location: is missing'],
  ['{"sku":"A\\u200bB","location":"WH","on_hand":5}', 'sku: has U+200B ZERO WIDTH SPACE at character 2'],
  ['{"sku":"A","location":"WH","on_hand":5,"name":"\\ud800"}', 'name: has a character that cannot be stored'],
  [
    '{"sku":"A","location":"WH","qty":5}',
    'has the unknown field "qty": there are sku, location, on_hand, delta, safety_stock, backorder_limit, name, reason, version',
  ],
  [
    '{"sku":"A","location":"WH","on_hand":5,"__proto__":1}',
    'has the unknown field "__proto__": there are sku, location, on_hand, delta, safety_stock, backorder_limit, name, reason, version',
  ],
  [`{"sku":"${'x'.repeat(20_000)}"}`, 'is longer than 10000 characters'],
])('%j is noted, and says what to change', (line, problem) => {
  expect(read('{"sku":"A","location":"WH","on_hand":5}', line)[1]).toEqual({ row: 2, problem });
});

test.each([10, 1_000, 2_000, 3_000, 4_900])('a line that is nested %i deep is rejected alone', (depth) => {
  const good = '{"sku":"A","location":"WH","on_hand":5}';
  const nested = ['['.repeat(depth), '['.repeat(depth) + ']'.repeat(depth), `{"a":${'['.repeat(depth)}}`];
  const rows = read(good, ...nested, good);
  expect(rows.map((row) => 'problem' in row)).toEqual([false, true, true, true, false]);
});
