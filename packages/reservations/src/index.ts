export * from './due-hold-store.ts';
export * from './expiry-turn-store.ts';
export * from './order-retention-store.ts';
export { readOrder } from './order-store.ts';
export { isDue } from './hold-lifetime-store.ts';
export { readReservationHistory } from './reservation-history-store.ts';
export { readNewestReservations, readSoonestHolds } from './reservation-list-store.ts';
export { databaseNow, readReservation, reservationsAsJson } from './reservation-rows-store.ts';
export * from './stored-name-store.ts';
