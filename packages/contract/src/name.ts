import { shortText } from './fields.ts';

// The rule for names: SKUs, locations, orders, carts, stores, and everything else that clients give ids to.
// Names that look the same can differ for the database, so a name must not have invisible characters.

/** The form of a name, for the API documents. */
export const NAME_FORM =
  '1 to 255 characters in Unicode NFC, with no white space at either end, and no control, format or line separator characters';

/** The description of every field that may create a name, for the API documents. */
export const NAME_RULE = `${NAME_FORM}. A name that is stored already is accepted as it is.`;

/**
 * A name that a call may create. The schema checks only that it can be stored. The route checks the rule,
 * which applies only to names under which nothing is stored yet (packages/reservations/src/given-names.ts).
 */
export const givenName = (meaning = '') =>
  shortText().meta({ description: `${meaning}${meaning && '. '}${NAME_RULE}` });

/** In code points, as zod, JSON Schema and PostgreSQL count: one or two units of a JavaScript string. */
const CHARACTERS_MAX = 255;

/** Printable ASCII that neither begins nor ends with a blank: nearly every name, and always valid. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;
const MISPLACED = /^\p{White_Space}|\p{White_Space}$|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Why a text is not a valid name, with code point and position. Null: it is valid. */
export function nameFault(name: string): string | null {
  if (name.length <= CHARACTERS_MAX && PLAIN.test(name)) return null;
  if (name === '') return 'is empty';
  if (name.length > 2 * CHARACTERS_MAX || Array.from(name).length > CHARACTERS_MAX) {
    return `may have at most ${CHARACTERS_MAX} characters`;
  }
  return misplacedCharacter(name) ?? otherForm(name);
}

function misplacedCharacter(name: string): string | null {
  const found = MISPLACED.exec(name);
  if (!found) return null;
  const [character] = found;
  const shown = showCharacter(character);
  if (found.index === 0) return `begins with ${shown}`;
  if (found.index + character.length === name.length) return `ends with ${shown}`;
  return `has ${shown} at character ${Array.from(name.slice(0, found.index)).length + 1}`;
}

function otherForm(name: string): string | null {
  const normal = name.normalize('NFC');
  if (normal === name) return null;
  const [given, wanted] = [Array.from(name), Array.from(normal)];
  const at = given.findIndex((character, index) => character !== wanted[index]);
  const [found = '', right = ''] = [given[at], wanted[at]];
  return `is not in Unicode NFC: it has ${codePoint(found)} at character ${at + 1}, where NFC has ${codePoint(right)}`;
}

/**
 * The text of a file's cell in the form of names: no white space around it, in NFC. Files come from
 * spreadsheets, where neither is visible.
 */
export function trimToNfc(cell: string): string {
  if (PLAIN.test(cell)) return cell;
  let [start, end] = [0, cell.length];
  while (start < end && isBlank(cell[start])) start += 1;
  while (end > start && isBlank(cell[end - 1])) end -= 1;
  return cell.slice(start, end).normalize('NFC');
}

/** Unicode does not count a byte order mark as white space; at the edge of a cell it is treated as such. */
const BLANK = /[\p{White_Space}\uFEFF]/u;
const isBlank = (character = '') => BLANK.test(character);

/** Unicode's names of the characters that get into names by accident. */
const KNOWN_CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['\u0000', 'NULL'],
  ['\t', 'TAB'],
  ['\n', 'LINE FEED'],
  ['\r', 'CARRIAGE RETURN'],
  [' ', 'SPACE'],
  ['\u0085', 'NEXT LINE'],
  ['\u00A0', 'NO-BREAK SPACE'],
  ['\u00AD', 'SOFT HYPHEN'],
  ['\u200B', 'ZERO WIDTH SPACE'],
  ['\u200C', 'ZERO WIDTH NON-JOINER'],
  ['\u200D', 'ZERO WIDTH JOINER'],
  ['\u200E', 'LEFT-TO-RIGHT MARK'],
  ['\u200F', 'RIGHT-TO-LEFT MARK'],
  ['\u2028', 'LINE SEPARATOR'],
  ['\u2029', 'PARAGRAPH SEPARATOR'],
  ['\u202A', 'LEFT-TO-RIGHT EMBEDDING'],
  ['\u202B', 'RIGHT-TO-LEFT EMBEDDING'],
  ['\u202C', 'POP DIRECTIONAL FORMATTING'],
  ['\u202D', 'LEFT-TO-RIGHT OVERRIDE'],
  ['\u202E', 'RIGHT-TO-LEFT OVERRIDE'],
  ['\u202F', 'NARROW NO-BREAK SPACE'],
  ['\u2060', 'WORD JOINER'],
  ['\u3000', 'IDEOGRAPHIC SPACE'],
  ['\uFEFF', 'BYTE ORDER MARK'],
]);

function showCharacter(character: string): string {
  return `${codePoint(character)}${characterName(character)}`;
}

function characterName(character: string): string {
  const known = KNOWN_CHARACTERS.get(character);
  if (known !== undefined) return ` ${known}`;
  if (!character.isWellFormed()) return ' (half of a surrogate pair)';
  if (/\p{White_Space}/u.test(character)) return ' (white space)';
  return /\p{Cc}/u.test(character) ? ' (a control character)' : ' (a format character)';
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
