import { editDistance } from '@holdfast/contract';

/** Words at the end of a setting's name that say its unit. */
const UNITS = new Set(['MS', 'SECOND', 'SECONDS', 'MINUTES', 'HOURS', 'DAYS', 'PER']);

/** A shorter name is too easily another program's: HOST and HOSTNAME, PORT and PORTS. */
const NAME_MIN_CHARS = 7;
const TYPING_ERRORS_MAX = 2;

/**
 * Variables that look like a setting and are not one, as text for a person: with `RESERVATION_TTL`, the
 * process would start with the default of `RESERVATION_TTL_SECONDS`. Other programs' variables are not near
 * any setting.
 */
export function misspeltSettings(names: readonly string[], known: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    if (known.includes(name)) return [];
    const meant = known.filter((setting) => looksLike(name, setting));
    const [nearest] = meant.toSorted((a, b) => editDistance(name, a) - editDistance(name, b));
    return nearest === undefined ? [] : [`${name}: is not a setting: did you mean ${nearest}?`];
  });
}

/** Others' settings have the same words in another order: OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG. */
const OF_OPENTELEMETRY = 'OTEL_';

function looksLike(name: string, setting: string): boolean {
  if (name.length < NAME_MIN_CHARS || name.length > 2 * setting.length) return false;
  return (
    (!name.startsWith(OF_OPENTELEMETRY) && isSubset(wordsOf(name), wordsOf(setting))) ||
    editDistance(plainOf(name), plainOf(setting)) <= TYPING_ERRORS_MAX
  );
}

/** Whether a name has two or more of a setting's words, from the first on and in order: RESERVATION_TTL. */
function isSubset(words: readonly string[], ofSetting: readonly string[]): boolean {
  let found = 0;
  for (const word of ofSetting) if (word === words[found]) found += 1;
  return words.length >= 2 && words[0] === ofSetting[0] && found === words.length;
}

const wordsOf = (name: string): readonly string[] =>
  name
    .toUpperCase()
    .split(/[_-]+/)
    .filter((word) => !UNITS.has(word));

const plainOf = (name: string): string => name.toUpperCase().replaceAll(/[_-]/g, '');
