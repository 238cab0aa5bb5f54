import type { StagedRow } from '@holdfast/stock';
import { CsvReader } from './read-csv.ts';
import { readLines } from './read-lines.ts';

/** The rows of a file whose bytes come in pieces of this size. */
async function read(file: string | Buffer, pieceBytes: number): Promise<StagedRow[]> {
  const bytes = Buffer.from(file);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const reader = new CsvReader();
  const rows: StagedRow[] = [];
  for await (const lines of readLines(pieces())) rows.push(...reader.read(lines));
  return [...rows, ...reader.end()];
}

/** SKU, location, units, safety stock, name; of a row that cannot be read, why. */
const seen = (rows: readonly StagedRow[]) =>
  rows.map((row) =>
    'problem' in row ? row.problem : [row.sku, row.location, row.change, row.safetyStock, row.name],
  );

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const MUG = ['MUG', 'WH', { onHand: 12 }, null, null];
const TEE = ['TEE', 'WH', { onHand: 3 }, 2, 'T-shirt'];
const LINES = ['sku,location,on_hand,safety_stock,name', 'MUG,WH,12,,', 'TEE,WH,3,2,T-shirt'];
const WITH_SEMICOLONS = LINES.map((line) => line.replaceAll(',', ';'));

describe('files people really upload', () => {
  test.each<[what: string, file: string | Buffer]>([
    ['with commas', `${LINES.join('\n')}\n`],
    [
      'of a German Excel: semicolons, CRLF and a byte order mark',
      `\uFEFF${WITH_SEMICOLONS.join('\r\n')}\r\n`,
    ],
    ['that says how it is separated', `sep=;\r\n${WITH_SEMICOLONS.join('\r\n')}`],
    ['that says so in quotes, with a comma behind it', `"sep=,",,,,\n${LINES.join('\n')}`],
    ['with tabs', LINES.map((line) => line.replaceAll(',', '\t')).join('\n')],
    [
      'of Excel as “Unicode text”: UTF-16 LE and tabs',
      Buffer.from(`\uFEFF${LINES.map((line) => line.replaceAll(',', '\t')).join('\r\n')}\r\n`, 'utf16le'),
    ],
    ['in UTF-16 BE', utf16be(`\uFEFF${LINES.join('\r\n')}`)],
    ['of an old Mac: CR only', LINES.join('\r')],
    ['with a header in capitals', LINES.join('\n').replace('sku,location,on_hand', 'SKU, Location ,On_Hand')],
    ['with decimals', LINES.join('\n').replace(',12,', ',12.0,').replace(',3,2,', ',3.00,2.0,')],
    ['with empty columns at the end', LINES.map((line) => `${line},,`).join('\n')],
    [
      'with a header that is shorter than its rows',
      [LINES[0], ...LINES.slice(1).map((line) => `${line},,`)].join('\n'),
    ],
    ['with empty rows at the end', [...LINES, ',,,,', ',,,,', '', ' '].join('\r\n')],
    ['with semicolons in rows that are empty', [...WITH_SEMICOLONS, ';;;;'].join('\n')],
    ['with everything in quotes', LINES.map((line) => `"${line.replaceAll(',', '","')}"`).join('\n')],
  ])('%s', async (_what, file) => {
    for (const pieceBytes of [1, 7, 1_000]) expect(seen(await read(file, pieceBytes))).toEqual([MUG, TEE]);
  });

  test('with names in other alphabets, in UTF-16', async () => {
    const file = Buffer.from('\uFEFFsku;location;name\nBÜRSTE;Köln;Кисть 🖌\n', 'utf16le');
    expect(seen(await read(file, 3))).toEqual([['BÜRSTE', 'Köln', null, null, 'Кисть 🖌']]);
  });

  test.each([
    ['1.000', 'on_hand: must be a whole number, not "1.000"'],
    ['12,0', 'on_hand: must be a whole number, not "12,0"'],
    ['12.5', 'on_hand: must be a whole number, not "12.5"'],
    ['1 000', 'on_hand: must be a whole number, not "1 000"'],
    ['12;extra', 'has 4 columns, where the header has 3'],
  ])('a number that can be read in two ways is not guessed: %s', async (cell, problem) => {
    expect(seen(await read(`sku;location;on_hand\nMUG;WH;${cell}\n`, 100))).toEqual([problem]);
  });

  test.each([
    ['sku;location;on_hand', []],
    ['sku,location', []],
  ])('a header alone has no rows: %s', async (header, rows) => {
    expect(await read(header, 100)).toEqual(rows);
  });
});
