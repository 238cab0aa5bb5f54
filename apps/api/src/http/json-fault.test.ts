import * as fc from 'fast-check';
import { explainJsonFault } from './json-fault.ts';

test.each([
  ['{"a": 1,}', 'line 1, column 9: } comes after a comma: remove the comma'],
  ['{\n  "lines": [\n    1,\n  ]\n}', 'line 4, column 3: ] comes after a comma: remove the comma'],
  ['{"a": 1 "b": 2}', 'line 1, column 9: a comma is missing before a text'],
  ['[1 2]', 'line 1, column 4: a comma is missing before 2'],
  ['{"a" 1}', 'line 1, column 6: a colon is missing before 1'],
  ["{'a': 1}", 'line 1, column 2: names and texts have double quotes in JSON'],
  ['{a: 1}', 'line 1, column 2: names and texts have double quotes in JSON'],
  ['{"a": True}', 'line 1, column 7: write true, false or null in small letters'],
  ['{"a": NaN}', 'line 1, column 7: names and texts have double quotes'],
  ['{"a": 01}', 'line 1, column 7: this number is not written as JSON has it'],
  ['{"a": +1}', 'line 1, column 7: this number'],
  ['{"a": .5}', 'line 1, column 7: this number'],
  ['{"a": 1} // why', 'line 1, column 10: JSON has no comments'],
  ['{"a": "x}', 'line 1, column 7: a text is not closed by "'],
  ['{"a": "x\ny"}', 'line 1, column 9: a text has a line break or another control character'],
  ['{"a": "C:\\dir"}', 'line 1, column 10: a text has a \\ that escapes nothing'],
  ['{"a": [1, 2}', 'line 1, column 12: a comma is missing before }'],
  ['{"a": [1, 2]', 'line 1, column 13: the body ends before }'],
  ['{"a": 1}}', 'line 1, column 9: } comes after the end of the JSON'],
  ['{"a": 1}{"a": 2}', 'line 1, column 9: { comes after the end of the JSON'],
  ['{1: 2}', 'line 1, column 2: expected a name in double quotes, found 1'],
  ['{"a": }', 'line 1, column 7: expected a value, found }'],
  [' \n', 'line 2, column 1: the body is blank'],
  ['', 'line 1, column 1: the body is blank'],
])('%j: %s', (text, fault) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(explainJsonFault(text)).toContain(fault);
});

test('it finds a fault in every text that JSON.parse refuses, and in none that it takes', () => {
  const pieces = fc.constantFrom(
    ...Array.from('{}[]:,"'),
    '"a"',
    '1',
    '-0.5e+7',
    'true',
    'null',
    ' ',
    '\n',
    '\\',
    '\\u12',
    'x',
    "'",
  );
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
  const changed = fc
    .json()
    .chain((json) =>
      fc.tuple(fc.nat(json.length), pieces).map(([at, piece]) => json.slice(0, at) + piece + json.slice(at)),
    );
  fc.assert(
    fc.property(fc.oneof(texts, changed, fc.json()), (text) => {
      const isJson = isAccepted(text);
      expect(explainJsonFault(text) === 'is not JSON').toBe(isJson);
    }),
    { numRuns: 2_000 },
  );
});

test('a megabyte is read in one pass, however deep it is', () => {
  expect(explainJsonFault('['.repeat(1_000_000))).toContain('column 1000001: the body ends before ]');
  expect(explainJsonFault(`"${'x'.repeat(1_000_000)}`)).toContain('not closed');
  expect(explainJsonFault('\n'.repeat(1_000_000))).toContain('line 1000001');
});

function isAccepted(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
