import type { StagedRow } from '@holdfast/stock';
import { Problem } from '../../http/problem.ts';
import { CsvReader } from './read-csv.ts';

/** All rows of a file that comes in these parts, each a few lines. */
function read(...parts: string[]): StagedRow[] {
  const reader = new CsvReader();
  const rows = parts.flatMap((part) => Array.from(reader.read(part.split('\n'))));
  return [...rows, ...reader.end()];
}

const HEADER = 'sku,location,on_hand,delta,safety_stock,name';
const rowsOf = (...lines: string[]) => read([HEADER, ...lines].join('\n'));
const good = {
  location: 'WH',
  change: { onHand: 5 },
  safetyStock: null,
  backorderLimit: null,
  name: null,
  reason: null,
  version: null,
};
const problems = (rows: readonly StagedRow[]) =>
  rows.flatMap((row) => ('problem' in row ? [[row.row, row.problem]] : []));

describe('a row that can be read', () => {
  test('sets what is on hand, or adds to it', () => {
    expect(rowsOf('A,WH,5,,,', 'B,WH,,-3,2,Mug', 'C,WH,,+7,,')).toEqual([
      { ...good, row: 1, sku: 'A' },
      { ...good, row: 2, sku: 'B', change: { delta: -3 }, safetyStock: 2, name: 'Mug' },
      { ...good, row: 3, sku: 'C', change: { delta: 7 } },
    ]);
  });

  test('may set limits of the level', () => {
    expect(read('sku,location,safety_stock,backorder_limit\nA,WH,2,30')).toEqual([
      { ...good, row: 1, sku: 'A', change: null, safetyStock: 2, backorderLimit: 30 },
    ]);
  });

  test('names its columns in any order, and only those that it needs', () => {
    expect(read('on_hand,sku,location\n5,A,WH')).toEqual([{ ...good, row: 1, sku: 'A' }]);
  });

  test('may have quotes, with commas, quotes and blanks in them', () => {
    expect(rowsOf('"A ""x"", y","WH",5,,,"Mug, red"')).toEqual([
      { ...good, row: 1, sku: 'A "x", y', name: 'Mug, red' },
    ]);
  });

  test.each([
    ['"A "', '"WH "', '"5 "', '" Mug "'],
    ['" A"', ' WH', '"\u00A05"', '"Mug\u3000"'],
    ['A\u00A0', '\u2003WH\uFEFF', '5\u00A0', '\tMug'],
    ['"A\u0085"', '"\nWH\n"', '"5\n"', '"\nMug"'],
  ])('may have any white space around its cells, in quotes or not: %j', (sku, location, onHand, name) => {
    expect(rowsOf([sku, location, onHand, '', '', name].join(','))).toEqual([
      { ...good, row: 1, sku: 'A', name: 'Mug' },
    ]);
  });

  test('is in NFC, however its characters are composed', () => {
    expect(rowsOf('cafe\u0301,WH\u212B,5,,,Cafe\u0301')).toEqual([
      { ...good, row: 1, sku: 'caf\u00E9', location: 'WH\u00C5', name: 'Caf\u00E9' },
    ]);
  });

  test('may have blanks around what is not in quotes', () => {
    expect(read(' sku , location, on_hand\n A , "WH" ,\t5 ')).toEqual([{ ...good, row: 1, sku: 'A' }]);
  });

  test('may have line breaks in its name, also where the lines come apart', () => {
    const row = { ...good, row: 1, sku: 'A', name: 'Mug\n\nred' };
    expect(rowsOf('A,WH,5,,,"Mug', '', 'red"', 'B,WH,5,,,')).toEqual([row, { ...good, row: 2, sku: 'B' }]);
    expect(read(HEADER, 'A,WH,5,,,"Mug', '', 'red"', 'B,WH,5,,,')).toEqual([
      row,
      { ...good, row: 2, sku: 'B' },
    ]);
  });

  test('does not count when it is empty', () => {
    expect(read(['', HEADER, '', 'A,WH,5,,,', '  ', '', 'B,WH,5,,,', '', ''].join('\n'))).toEqual([
      { ...good, row: 1, sku: 'A' },
      { ...good, row: 2, sku: 'B' },
    ]);
  });

  test('does not count when all its cells are empty', () => {
    expect(
      rowsOf('A,WH,5,,,', ',,,,,', ' ,"",', '"\u00A0"," ",\u3000', ',,,,,,,', 'B,WH,5,,,', ',,,,,'),
    ).toEqual([
      { ...good, row: 1, sku: 'A' },
      { ...good, row: 2, sku: 'B' },
    ]);
  });

  test('keeps its place among a thousand', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) =>
      index % 300 === 7 ? `"S${index}",WH,5,,,` : `S${index},WH,5,,,`,
    );
    const rows = rowsOf(...lines);
    expect(rows).toHaveLength(1_000);
    expect(rows.every((row, index) => 'sku' in row && row.row === index + 1 && row.sku === `S${index}`)).toBe(
      true,
    );
  });
});

describe('a row that cannot be read is noted, and says what to change', () => {
  test.each([
    [',WH,5,,,', 'sku: is missing'],
    ['A,,5,,,', 'location: is missing'],
    [',,5,,,', 'sku: is missing; location: is missing'],
    ['A,WH,five,,,', 'on_hand: must be a whole number, not "five"'],
    ['A,WH,1.5,,,', 'on_hand: must be a whole number, not "1.5"'],
    ['A,WH,"1,000",,,', 'on_hand: must be a whole number, not "1,000"'],
    ['A,WH,1e3,,,', 'on_hand: must be a whole number, not "1e3"'],
    ['A,WH,-1,,,', 'on_hand: may not be negative'],
    ['A,WH,1000000001,,,', 'on_hand: may be at most 1,000,000,000'],
    ['A,WH,99999999999999999999999,,,', 'on_hand: may be at most 1,000,000,000'],
    ['A,WH,,-1000000001,,', 'delta: must be at least -1000000000'],
    ['A,WH,,0,,', 'delta: may not be 0: leave the row out'],
    ['A,WH,5,3,,', 'has both on_hand and delta: give one of them'],
    ['A,WH,5,,-2,', 'safety_stock: may not be negative'],
    [`${'x'.repeat(256)},WH,5,,,`, 'sku: may have at most 255 characters'],
    ['A\0,WH,5,,,', 'sku: ends with U+0000 NULL'],
    ['"A\u200B",WH,5,,,', 'sku: ends with U+200B ZERO WIDTH SPACE'],
    ['A,WH\u00ADEAST,5,,,', 'location: has U+00AD SOFT HYPHEN at character 3'],
    ['A,"WH\tEAST",5,,,', 'location: has U+0009 TAB at character 3'],
    ['"\u00A0",WH,5,,,', 'sku: is missing'],
    ['A,WH,5,,,"\0"', 'name: has a character that cannot be stored'],
    [`A,WH,5,,,${'x'.repeat(256)}`, 'name: may have at most 255 characters'],
    ['A,WH,5,,,Mug,red', 'has 7 columns, where the header has 6'],
    ['A,WH', 'has 2 columns, where the header has 6'],
    ['A;WH;5;;;', 'has 1 columns, where the header has 6'],
    ['"A,WH,5,,,', 'has a quote (") that is not closed'],
    [
      'A 5",WH,5,,,',
      'has a quote (") inside a field: put the whole field in quotes, and write each quote in it twice',
    ],
    [
      '"A"x,WH,5,,,',
      'has a quote (") inside a field: put the whole field in quotes, and write each quote in it twice',
    ],
    [`A,WH,5,,,${'x'.repeat(20_000)}`, 'is longer than 10000 characters'],
    [`A,WH,${'9'.repeat(100)}x,,,`, `on_hand: must be a whole number, not "${'9'.repeat(39)}...`],
  ])('%j', (line, problem) => {
    const rows = rowsOf('A,WH,5,,,', line, 'B,WH,5,,,', 'C,WH,5,,,', 'D,WH,5,,,', 'E,WH,5,,,', 'F,WH,5,,,');
    expect(problems(rows)).toEqual([[2, problem]]);
    expect(rows).toHaveLength(7);
  });

  test('a quote that is missing spoils no other row, wherever the next quotes are', () => {
    const rows = rowsOf(
      '"A,WH,5,,,',
      'B,WH,5,,,',
      '"C",WH,5,,,',
      'D,WH,5,,,"Mug',
      'E,WH,5,,,',
      '"F,WH,5,,,Mug"',
      'G,WH,5,,,"Cup"',
      'H,WH,5,,,"',
    );
    expect(rows.map((row) => ('sku' in row ? row.sku : null))).toEqual([
      null,
      'B',
      'C',
      null,
      'E',
      null,
      'G',
      null,
    ]);
  });
});

describe('a file is refused as a whole', () => {
  test.each([
    ['sku|location|on_hand', 'has no comma, semicolon or tab: separate the columns by one of these'],
    ['sku,on_hand', 'has no column location'],
    ['location,delta', 'has no column sku'],
    ['sku,location,on_hand,sku', 'names the column sku twice'],
    ['sku,,location,on_hand', 'has a column without a name'],
    [
      'sku,location,qty',
      'has the unknown column "qty": the first line names the columns, out of sku, location, on_hand, delta, safety_stock, backorder_limit, name, reason, version',
    ],
    ['"sku,location,on_hand', 'has a quote (") that is not closed'],
  ])('with the header %j', (header, problem) => {
    const reading = () => read(`${header}\nA,WH,5`);
    expect(reading).toThrow(Problem);
    expect(reading).toThrow(`The request is not valid: the header row ${problem}.`);
  });

  test.each(['', '\n\n'])('when it is empty: %j', (file) => {
    expect(() => read(file)).toThrow('the file is empty: its first line must name the columns');
  });
});

test('what is shown of a row can be stored, wherever it was cut', () => {
  const shown = JSON.stringify(rowsOf(`A,WH,${'x'.repeat(38)}🚀🚀,,,`));
  expect(JSON.parse(shown)).toMatchObject([{ problem: expect.stringMatching(/x.\.\.\.$/u) }]);
  expect(shown).not.toMatch(/\\ud/i);
});

test('a header without rows is a file of none', () => {
  expect(rowsOf()).toEqual([]);
});
