/** What a statement may be given. */
export type Given = 'first' | 'last' | 'reservations' | 'oldestDays' | 'location';
