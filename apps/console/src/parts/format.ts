const wholeNumber = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

export const count = (value: number): string => wholeNumber.format(value);

/** Of something a second: one decimal while it is small. */
export const rate = (value: number): string => (value >= 10 || value === 0 ? count(value) : value.toFixed(1));

/** With its sign: `+3`, `−3`, `0`. */
export const change = (value: number): string =>
  value === 0 ? '0' : `${value > 0 ? '+' : '−'}${wholeNumber.format(Math.abs(value))}`;

export const plural = (value: number, one: string, several = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : several}`;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const padded = (value: number) => String(value).padStart(2, '0');

/** `42 s`, `4:05 min`, `2:30 h`, `3 days`. */
export function describeSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  if (ms < MINUTE) return `${seconds} s`;
  if (ms < HOUR) return `${Math.floor(seconds / 60)}:${padded(seconds % 60)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}:${padded(Math.floor((ms % HOUR) / MINUTE))} h`;
  return `${Math.floor(ms / DAY)} days`;
}

const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

/** In the time zone of the browser. */
export const fullTime = (at: string): string => dateAndTime.format(new Date(at));

/** The first characters of an id are its time; its last ones tell ids of one moment apart. */
export const shortId = (id: string): string => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

/** `in_flight` as people say it. */
export const words = (name: string): string => name.replaceAll('_', ' ');

/**
 * What an `<input type="datetime-local">` has, in the browser's time zone, from a time of the API and back.
 */
export function toLocalInput(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const day = `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
  return `${day}T${padded(date.getHours())}:${padded(date.getMinutes())}`;
}

export const fromLocalInput = (text: string): string | null => {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
};

/** A dash in place of an empty text. */
export const orNone = (text: string): string => text || '–';
