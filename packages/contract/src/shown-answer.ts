/** Another service's answer, shortened for people. */
const SHOWN_MAX_CHARS = 1_000;

/** Bytes of an answer that are enough for the shown characters in UTF-8. */
export const ANSWER_SHOWN_MAX_BYTES = 4 * SHOWN_MAX_CHARS;

/** The beginning of an answer, without what PostgreSQL cannot keep: NUL, and a half of a surrogate pair. */
export const shownAnswer = (text: string): string =>
  text.slice(0, SHOWN_MAX_CHARS).toWellFormed().replaceAll('\0', '\ufffd');
