import * as fc from 'fast-check';
import { givenName, nameFault, trimToNfc } from './name.ts';

/** Characters that get into names by accident, and ordinary ones. */
const PIECES = Array.from(
  'aZ9-é\u0065\u0301\u0327\u{1F455}倉\u1100\u1161\u212B \t\n\r\u0000\u001F\u007F\u0085\u00A0\u00AD\u1680\u180E\u2000\u2001' +
    '\u200B\u200D\u200E\u2028\u2029\u202E\u202F\u205F\u2060\u2066\u3000\uFEFF\uFFFD\uD800-\uDC00\u{E0001}\u{1D173}',
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
);

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const runs = { numRuns: 1_000 };

test('a name that is accepted is its own trimmed NFC form', () => {
  fc.assert(
    fc.property(texts, (text) => {
      if (nameFault(text) !== null) return;
      expect(trimToNfc(text)).toBe(text);
      expect(text.normalize('NFC')).toBe(text);
      expect(text).not.toMatch(INVISIBLE);
      expect(text).not.toMatch(/^\p{White_Space}|\p{White_Space}$/u);
      expect(Array.from(text).length).toBeGreaterThan(0);
      expect(Array.from(text).length).toBeLessThanOrEqual(255);
      expect(Buffer.from(text).toString()).toBe(text);
      expect(givenName().safeParse(text).success).toBe(true);
    }),
    runs,
  );
});

test('a trimmed NFC form is accepted, unless it is empty, too long, or has invisible characters', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const trimmed = trimToNfc(text);
      const { length } = Array.from(trimmed);
      expect(nameFault(trimmed) === null).toBe(length > 0 && length <= 255 && !INVISIBLE.test(trimmed));
      expect(trimToNfc(trimmed)).toBe(trimmed);
    }),
    runs,
  );
});

test.each([
  ['', 'is empty'],
  [' ', 'begins with U+0020 SPACE'],
  ['WH-EAST ', 'ends with U+0020 SPACE'],
  ['WH-EAST\u00A0', 'ends with U+00A0 NO-BREAK SPACE'],
  ['\u2003A', 'begins with U+2003 (white space)'],
  ['A\u0000B', 'has U+0000 NULL at character 2'],
  ['AB\u0007', 'ends with U+0007 (a control character)'],
  ['\u{1F455}\u{1F455}\u200BA', 'has U+200B ZERO WIDTH SPACE at character 3'],
  ['A\u{E0001}B', 'has U+E0001 (a format character) at character 2'],
  ['A\uD800B', 'has U+D800 (half of a surrogate pair) at character 2'],
  ['A \u2028B ', 'has U+2028 LINE SEPARATOR at character 3'],
  ['cafe\u0301', 'is not in Unicode NFC: it has U+0065 at character 4, where NFC has U+00E9'],
  ['a\u0301\u0327', 'is not in Unicode NFC: it has U+0061 at character 1, where NFC has U+00E1'],
])('%j is refused with its character and position', (name, fault) => {
  expect(nameFault(name)).toBe(fault);
});

test.each(['A', 'T-SHIRT M', 'Größe', 'A\u00A0B', '\uFFFD', '倉庫'])('%j is a name', (name) => {
  expect(nameFault(name)).toBeNull();
});

test('a name has at most 255 characters, of any size', () => {
  for (const character of ['x', '€', '\u{1F455}']) {
    expect(nameFault(character.repeat(255))).toBeNull();
    expect(givenName().safeParse(character.repeat(255)).success).toBe(true);
    for (const length of [256, 1_000_000]) {
      expect(nameFault(character.repeat(length))).toBe('may have at most 255 characters');
      expect(givenName().safeParse(character.repeat(length)).success).toBe(false);
    }
  }
});

test('a cell of a million blanks is trimmed in one pass', () => {
  // A pattern that starts again at each blank would take hours.
  expect(trimToNfc(`a${' '.repeat(1_000_000)}b${'\u00A0'.repeat(1_000_000)}`)).toHaveLength(1_000_002);
});
