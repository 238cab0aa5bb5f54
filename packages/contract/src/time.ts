import { z } from 'zod';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)(\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i;

const EXAMPLE = 'must be a time such as 2026-11-20T10:00:00Z or 2026-11-20T11:00:00+01:00';

const MINUTE_MS = 60_000;
/** The years that PostgreSQL and JavaScript write with four digits: 0001 to 9999. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

type Reading = { readonly ms: number } | { readonly fault: string };

/**
 * The one reader of times from outside: RFC 3339, 5.6, with any offset, `t` and `z` in either case, and leap
 * seconds. A clock without leap seconds has none of their instants, so each is the midnight that follows it.
 */
function read(text: string): Reading {
  const found = RFC_3339.exec(text);
  if (!found) return { fault: faultOfForm(text) };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const [fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = found.slice(7);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day)
    return { fault: 'names a day that does not exist' };
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHour) > 23 || Number(offsetMinute) > 59) {
    return { fault: 'has an hour, a minute or a second that does not exist' };
  }
  const offsetMinutes = Number(offsetHour) * 60 + Number(offsetMinute);
  at.setUTCHours(hour, minute - (sign === '-' ? -offsetMinutes : offsetMinutes), second);
  if (second < 60) return { ms: at.getTime() + Math.trunc(Number(`0${fraction}`) * 1_000) };
  const isMonthsEnd = at.getUTCDate() === 1 && at.getTime() % (24 * 60 * MINUTE_MS) === 0;
  return isMonthsEnd
    ? { ms: at.getTime() }
    : { fault: 'has a leap second that is not at the end of a month in UTC' };
}

/** Explains why a text is not an RFC 3339 time, for frequent mistakes. */
function faultOfForm(text: string): string {
  if (/ \d\d:\d\d$/.test(text) && RFC_3339.test(text.replace(/ (?=\d\d:\d\d$)/, '+'))) {
    return 'has a blank in place of +: in a URL, write + as %2B';
  }
  if (RFC_3339.test(`${text}Z`)) return 'has no offset: add Z for UTC, or one such as +01:00';
  return EXAMPLE;
}

/** Epoch milliseconds of a time that {@link requestTime} has accepted. @throws {Error} for any other text */
export function parseTime(text: string): number {
  const reading = read(text);
  if ('fault' in reading) throw new Error(`a time that was not checked: ${reading.fault}`);
  return reading.ms;
}

/** A time in a request, as it was sent. */
export const requestTime = () => rfc3339(() => true);

/** A time in a request that PostgreSQL is given: in UTC it is not of the year 0, nor after 9999. */
export const storableTime = () => rfc3339((ms) => ms >= EARLIEST_MS && ms <= LATEST_MS);

const rfc3339 = (isAllowed: (ms: number) => boolean) =>
  z
    .string()
    .superRefine((text, context) => {
      const reading = read(text);
      const isFine = 'ms' in reading && isAllowed(reading.ms);
      if (isFine) return;
      const message = 'fault' in reading ? reading.fault : 'must be within the years 0001 to 9999 in UTC';
      // It ends here: a rule that compares two times would read this one.
      context.addIssue({ code: 'custom', message, continue: false });
    })
    .meta({ format: 'date-time', description: 'RFC 3339, with any offset' });
