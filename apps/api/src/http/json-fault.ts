/** A part of JSON: a bracket, a comma, a colon, `"` for a text, `0` for another value, `` for the end. */
interface Token {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Set where no token of JSON begins, or one does not end. */
  readonly fault?: string;
}

const BLANKS = /[ \t\n\r]*/y;
const WORD = /[^\s{}[\]:,"]+/y;
const VALUE = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Describes the error in a text that JSON.parse has refused, with line and column. V8's own message mostly
 * names no place, and repeats the text. It takes one pass, without recursion.
 */
export function explainJsonFault(text: string): string {
  const open: string[] = [];
  let before = '';
  let expected: 'value' | 'name' | ':' | 'next' | 'end' = 'value';
  for (let token = nextToken(text, 0); ; token = nextToken(text, token.end)) {
    const { kind, fault } = token;
    const within = open.at(-1);
    const isValue = kind === '"' || kind === '0' || kind === '{' || kind === '[';
    const closes = (kind === '}' && within === '{') || (kind === ']' && within === '[');
    if (fault !== undefined) return placed(text, token.start, fault);
    if (kind === '' && expected === 'end') return 'is not JSON';
    if (kind === '') return placed(text, token.start, ending(open));
    if (closes && (expected === 'next' || before === within)) {
      open.pop();
      expected = open.length === 0 ? 'end' : 'next';
    } else if (expected === 'value' && isValue) {
      if (kind === '{' || kind === '[') open.push(kind);
      expected = kind === '{' ? 'name' : kind === '[' ? 'value' : within === undefined ? 'end' : 'next';
    } else if (expected === 'name' && kind === '"') expected = ':';
    else if (expected === ':' && kind === ':') expected = 'value';
    else if (expected === 'next' && kind === ',') expected = within === '{' ? 'name' : 'value';
    else return placed(text, token.start, unexpected(text, token, before, expected));
    before = kind;
  }
}

function nextToken(text: string, from: number): Token {
  BLANKS.lastIndex = from;
  BLANKS.test(text);
  const start = BLANKS.lastIndex;
  const character = text[start] ?? '';
  if ('{}[]:,'.includes(character)) return { kind: character, start, end: start + 1 };
  if (character === '"') return textToken(text, start);
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? character;
  const end = start + Math.max(1, word.length);
  if (VALUE.test(word)) return { kind: '0', start, end };
  return { kind: '0', start, end, fault: strangeWord(word) };
}

function textToken(text: string, start: number): Token {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '"') return { kind: '"', start, end: index + 1 };
    if (character < ' ')
      return {
        kind: '"',
        start: index,
        end: index,
        fault: 'a text has a line break or another control character',
      };
    if (character !== '\\') continue;
    if (!/^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.test(text.slice(index + 1, index + 6))) {
      return { kind: '"', start: index, end: index, fault: 'a text has a \\ that escapes nothing' };
    }
    index += 1;
  }
  return { kind: '"', start, end: text.length, fault: 'a text is not closed by "' };
}

function strangeWord(word: string): string {
  if (word.startsWith('/')) return 'JSON has no comments';
  if (/^[-+.]?\d/.test(word)) return 'this number is not written as JSON has it';
  if (/^(?:true|false|null|none)$/i.test(word)) return 'write true, false or null in small letters';
  return 'names and texts have double quotes in JSON';
}

function unexpected(text: string, { kind, start, end }: Token, before: string, expected: string): string {
  const found = kind === '"' ? 'a text' : kind === '0' ? text.slice(start, Math.min(end, start + 20)) : kind;
  if (before === ',' && (kind === '}' || kind === ']'))
    return `${kind} comes after a comma: remove the comma`;
  if (expected === 'end') return `${found} comes after the end of the JSON`;
  if (expected === 'next') return `a comma is missing before ${found}`;
  if (expected === ':') return `a colon is missing before ${found}`;
  if (expected === 'name') return `expected a name in double quotes, found ${found}`;
  return `expected a value, found ${found}`;
}

const ending = (open: readonly string[]): string =>
  open.length === 0 ? 'the body is blank' : `the body ends before ${open.at(-1) === '{' ? '}' : ']'}`;

function placed(text: string, at: number, fault: string): string {
  const lines = text.slice(0, at).split('\n');
  return `is not JSON: line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}: ${fault}`;
}
