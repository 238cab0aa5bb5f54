import { z } from 'zod';
import { nearestName } from './nearest-name.ts';

/** Where the parsed value was found. */
export interface Found {
  readonly in: 'body' | 'query' | 'path';
  /** The schema of the same call's body: a caller may have put one of its fields into the query. */
  readonly body?: z.ZodType | undefined;
}

/** Values and names that one message lists. */
const LISTED_MAX = 25;
/** Characters of a value that a message repeats. */
const SHOWN_MAX = 40;

/**
 * Zod's issue for a developer in a hurry: what is wrong, and what to send. The message continues the path, as
 * in "lines.0.quantity must be at least 1". Undefined: the schema's own message is better.
 */
export function explainIssue(issue: z.core.$ZodRawIssue, found: Found): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, fieldsOf(issue.inst), found)).join('; ');
    case 'invalid_type':
      return wrongType(issue.expected, issue.input, found);
    case 'invalid_value':
      return notOneOf(issue.values.map(String), issue.input);
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum);
    case 'too_big':
      return tooBig(issue.origin, issue.maximum, issue.input);
    case 'invalid_union':
      return ofClosestBranch(issue.errors);
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return undefined;
    default:
      return issue satisfies never;
  }
}

/** The fields of the object schema that raised an issue. */
function fieldsOf(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unknownField(key: string, known: readonly string[], found: Found): string {
  const what = found.in === 'query' ? 'query parameter' : 'field';
  const unknown = `has an unknown ${what} \`${shorten(key)}\``;
  if (found.in === 'query' && fieldsOf(found.body).includes(key))
    return `${unknown}: send it in the JSON body`;
  const nearest = nearestName(key, known);
  if (nearest !== null) return `${unknown}: did you mean \`${nearest}\`?`;
  return known.length === 0 ? `${unknown}: this call takes none` : `${unknown}: there are ${listed(known)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

function wrongType(expected: string, input: unknown, found: Found): string {
  const wanted = TYPES[expected] ?? expected;
  if (input === undefined) return `is missing: send ${wanted}`;
  if (input === null) return `must not be null: send ${wanted}, or leave it out if it is optional`;
  if (found.in === 'query' && Array.isArray(input)) return `was sent ${input.length} times: send it once`;
  const isQuoted = typeof input === 'string' && /^(?:true|false|-?\d+(?:\.\d+)?)$/.test(input);
  const hint = isQuoted && expected !== 'array' && expected !== 'object' ? ' without quotes' : '';
  return `must be ${wanted}${hint}, not ${shown(input)}`;
}

function notOneOf(values: readonly string[], input: unknown): string {
  if (input === undefined) return `is missing: send ${either(values)}`;
  const nearest = typeof input === 'string' && values.length > 1 ? nearestName(input, values) : null;
  if (nearest !== null) return `must not be ${shown(input)}: did you mean \`${nearest}\`?`;
  return `must be ${either(values)}, not ${shown(input)}`;
}

const either = (values: readonly string[]): string =>
  values.length === 1 ? `${values[0]}` : `one of ${listed(values)}`;

function tooSmall(origin: string, minimum: number | bigint): string {
  if (origin === 'string')
    return minimum === 1 ? 'must not be empty' : `must have at least ${minimum} characters`;
  if (origin === 'array') return `must have at least ${counted(minimum, 'entry', 'entries')}`;
  return `must be at least ${minimum.toLocaleString('en')}`;
}

function tooBig(origin: string, maximum: number | bigint, input: unknown): string {
  const most = maximum.toLocaleString('en');
  const length = typeof input === 'string' || Array.isArray(input) ? input.length.toLocaleString('en') : '';
  if (origin === 'string') return `may have at most ${most} characters, and has ${length}`;
  if (origin === 'array')
    return `may have at most ${counted(maximum, 'entry', 'entries')}, and has ${length}`;
  return `must be at most ${most}`;
}

/** Explains the branch whose type fits best: a branch of another type says nothing useful. */
function ofClosestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): string | undefined {
  const fitting = branches.find(
    ([first]) => first && !(first.code === 'invalid_type' && first.path.length === 0),
  );
  return (fitting ?? branches[0])?.[0]?.message;
}

const counted = (count: number | bigint, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${Number(count) === 1 ? one : many}`;

function listed(names: readonly string[]): string {
  const more = names.length > LISTED_MAX ? `, and ${names.length - LISTED_MAX} more` : '';
  return `${names.slice(0, LISTED_MAX).join(', ')}${more}`;
}

/** What was sent, if it is short and plain; otherwise only its type. */
function shown(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'an object';
  if (typeof input === 'number' || typeof input === 'boolean') return `${input}`;
  if (typeof input !== 'string') return 'this';
  return input.length <= SHOWN_MAX && /^[\w .,:/+-]*$/.test(input) ? `"${input}"` : 'this text';
}

const shorten = (key: string): string =>
  (key.length <= SHOWN_MAX ? key : `${key.slice(0, SHOWN_MAX)}…`).toWellFormed();
